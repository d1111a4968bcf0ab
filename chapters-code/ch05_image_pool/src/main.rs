//! The chapter's program: its experiments, and the tool for a folder of photos.

mod claims;
mod experiments;

use std::{env, io, path::PathBuf, process::ExitCode};

use ch05_image_pool::{
    folder::{self, Pool, Task},
    grain,
    job::Settings,
    s4_processes,
};
use clap::{Args, FromArgMatches};
use lab::cli::{self, Chapter};

const CHAPTER: Chapter = Chapter {
    name: "ch05_image_pool",
    question: "How much faster with every core?",
    help: "\
Without --input, photos are generated and blurred and shrunk in four ways, in turn, and the report
says who worked when and how much faster each way was.

Examples:
  cargo run -p ch05_image_pool
  cargo run -p ch05_image_pool -- --workers 8
  cargo run -p ch05_image_pool -- --input holidays --output small --recursive

Exit status: 0 all is well; 1 an experiment or some photos failed; 2 it could not start; 130 stopped",
    params: experiments::PARAMS,
    experiments: experiments::PLANS,
    claims: claims::CLAIMS,
};

/// What makes no sense with a folder of one's own.
const OF_EXPERIMENTS: [&str; 8] =
    ["full", "only", "rounds", "trace", "python", "photos", "width", "height"];

// A doc comment here would replace the chapter's question in `--help`.
#[derive(Args)]
#[command(next_help_heading = "A folder of your own")]
struct FolderArgs {
    /// Blur and shrink the photos of this folder (.jpg, .jpeg, .png, .webp)
    #[arg(long, value_name = "DIR", requires = "output", conflicts_with_all = OF_EXPERIMENTS)]
    input: Option<PathBuf>,
    /// Folder for the results, made if missing
    #[arg(long, value_name = "DIR", requires = "input")]
    output: Option<PathBuf>,
    /// Who does the work
    #[arg(long, value_enum, default_value = "rayon", requires = "input")]
    pool: Pool,
    /// Look into folders within the folder too
    #[arg(long, requires = "input")]
    recursive: bool,
    /// Replace results that exist
    #[arg(long, requires = "input")]
    force: bool,
    /// Refuse photos with more pixels than this
    #[arg(long, value_name = "N", requires = "input")]
    #[arg(default_value_t = Settings::default().max_pixels)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=1_000_000_000_000))]
    max_pixels: u64,
}

fn main() -> ExitCode {
    if let Some(ended) = worker() {
        return if ended.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let matches = FolderArgs::augment_args(cli::command(&CHAPTER)).get_matches();
    let args =
        FolderArgs::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let FolderArgs { input: Some(input), output: Some(output), .. } = args else {
        return cli::run(&CHAPTER, &matches);
    };
    let settings = cli::settings(&CHAPTER, &matches, false);
    folder::main(&Task {
        input,
        output,
        pool: args.pool,
        workers: settings.count("workers"),
        settings: Settings {
            sigma: settings.number("sigma"),
            max_side: settings.count("max-side") as u32,
            quality: settings.count("quality") as u8,
            max_pixels: args.max_pixels,
        },
        recursive: args.recursive,
        force: args.force,
        json: matches.get_flag("json"),
    })
}

/// Not for people: the program starts itself as a worker. `None` if it was not started so.
fn worker() -> Option<io::Result<()>> {
    match env::args_os().nth(1)?.to_str()? {
        s4_processes::WORKER => Some(s4_processes::worker()),
        grain::WORKER => Some(grain::worker()),
        _ => None,
    }
}
