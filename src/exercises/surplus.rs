//! What is too much in a chapter's crate: files that no entry describes, what an exercise has besides
//! its own, and scenes that no test sets.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use super::catalogue::{CRATES, Exercise, manifest};
use crate::problem::{Problem, nearest, shown};

/// Where an exercise has a file of its own.
const FOLDERS: [&str; 3] = ["sealed", "tests", "src"];
/// Where a chapter has what its tests begin with.
const SCENES: &str = "tests/scenes";
/// Where to put what would be too long for a test.
pub const SCENE: &str = "What sets a scene is a piece of exercises/harness, or a module of the \
     chapter, tests/scenes/NAME.rs";

/// What is too much in a chapter's crate.
pub fn of(root: &Path, chapter: &str, exercises: &[Exercise]) -> Vec<Problem> {
    let own = exercises.iter().filter(|it| it.chapter == chapter);
    let ids: BTreeSet<&str> = own.map(|it| it.entry.id.as_str()).collect();
    let mut problems = Vec::new();
    let mut forgotten: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for folder in FOLDERS.into_iter().chain(["", SCENES]) {
        let is_own = FOLDERS.contains(&folder);
        let place = Path::new(CRATES).join(chapter).join(folder);
        for path in files(root, &place) {
            let stem = stem(&path);
            let is_source = is_own && path.extension().is_some_and(|it| it == "rs");
            let is_known = ids.contains(&*stem);
            if is_source && !is_known && stem != "lib" {
                forgotten.entry(stem).or_default().push(path);
            } else if !is_source && (is_known || is_own && !path.ends_with(SCENES)) {
                let what = format!(
                    "is a file too many: an exercise is sealed/ID.rs, tests/ID.rs, src/ID.rs, and \
                     its entry in exercises.toml. {SCENE}"
                );
                problems.push(Problem::file(path, what));
            }
        }
    }
    let undescribed = |(id, files): (String, Vec<PathBuf>)| {
        let of_other = nearest(&id, ids.iter().copied());
        let meant = of_other.map(|it| format!(" (is it `{it}`?)")).unwrap_or_default();
        let all: Vec<String> = files.iter().map(|file| shown(file)).collect();
        let what = format!(
            "has no entry for `{id}`{meant}, but there is {}; describe it here, as  \
             cargo run -- exercises derive --help  shows, or move it to {SCENES}/ if it sets a \
             scene, or remove it",
            all.join(", ")
        );
        Problem::file(manifest(chapter), what)
    };
    problems.extend(forgotten.into_iter().map(undescribed));
    problems.extend(scenes(root, chapter));
    problems
}

/// What is in a folder but for hidden files, such as an editor's; its path and theirs are from the
/// root.
fn files(root: &Path, folder: &Path) -> Vec<PathBuf> {
    let there = fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
    let names = there.map(|it| it.file_name());
    let names = names.filter(|name| !name.to_string_lossy().starts_with('.'));
    let mut files: Vec<PathBuf> = names.map(|name| folder.join(name)).collect();
    files.sort();
    files
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Scenes that nobody uses, and exercises with more than one that nobody else uses.
fn scenes(root: &Path, chapter: &str) -> Vec<Problem> {
    let folder = |name| files(root, &Path::new(CRATES).join(chapter).join(name));
    let scenes = folder(SCENES);
    let all = [folder("tests"), scenes.clone()].concat();
    let text = |it: &PathBuf| fs::read_to_string(root.join(it)).unwrap_or_default();
    let users = |scene: &PathBuf| -> Vec<&PathBuf> {
        let declared = format!("mod {};", stem(scene));
        let others = all.iter().filter(|it| *it != scene);
        others.filter(|it| text(it).contains(&declared)).collect()
    };
    let mut problems = Vec::new();
    let mut own: BTreeMap<&PathBuf, Vec<String>> = BTreeMap::new();
    for scene in &scenes {
        match users(scene)[..] {
            [] => {
                let name = stem(scene);
                let what = format!(
                    "is in no test; where it sets the scene, write \
                     `#[path = \"scenes/{name}.rs\"] mod {name};`, or remove it"
                );
                problems.push(Problem::file(scene, what));
            }
            [user] => own.entry(user).or_default().push(shown(scene)),
            _ => (),
        }
    }
    let has_many = own.into_iter().filter(|it| it.1.len() > 1);
    problems.extend(has_many.map(|(user, scenes)| {
        let what = format!(
            "has {} scenes that nobody else uses: {}; an exercise has one of its own at most, so \
             put them into one, or into exercises/harness",
            scenes.len(),
            scenes.join(", ")
        );
        Problem::file(user, what)
    }));
    problems
}
