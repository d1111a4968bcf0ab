//! Files are the same, whoever reads them.

use std::fs;
use std::io;
use std::path::PathBuf;

use ch04_async_fetch::disk;

type Way = fn(&[PathBuf]) -> io::Result<usize>;

const WAYS: [Way; 3] = [disk::plain, disk::awaited, disk::handed_over];

#[test]
fn every_way_reads_every_byte() {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<PathBuf> =
        (0..5).map(|number| folder.path().join(number.to_string())).collect();
    for (size, file) in files.iter().enumerate() {
        fs::write(file, vec![0; size]).unwrap();
    }
    for way in WAYS {
        assert_eq!(way(&files).unwrap(), 1 + 2 + 3 + 4);
        assert_eq!(way(&[]).unwrap(), 0);
    }
}

#[test]
fn a_file_that_is_not_there_is_an_error_in_every_way() {
    for way in WAYS {
        let error = way(&[PathBuf::from("not/there")]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
