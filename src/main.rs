//! The command line of the workbook's tool.

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Result;
use clap::{Parser, Subcommand};
use workbook::{
    chapters,
    exercises::cell::supervisor,
    exercises::command::{self, Command as ExercisesCommand},
    measure::{self, MeasureArgs, VerifyArgs},
    pages::{protocol, site},
    serve::{self, ServeArgs},
};

/// Working or Waiting: a workbook that you run.
///
/// Without a command it builds the book and serves it to you.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeArgs,
}

const EXAMPLES: &str = "\
Examples:
  cargo run                            build the book and read it at http://127.0.0.1:3000
  cargo run -- build --out site        write it as files
  cargo run -- measure ch05            measure chapter 5 here
  cargo run -- verify                  judge every claim on this machine
  cargo run -- list                    which exercises there are, and how far you are
  cargo run -- check ch05.ordered      check what you wrote
  cargo run -- grade DIR               grade what somebody handed in

Exit codes: 0 all is well; 1 the book is refused, a claim does not hold, or a check failed;
2 wrong usage, or something could not be judged; 130 stopped with Ctrl-C while it worked";

#[derive(Subcommand)]
enum Command {
    /// Build the book, serve it on this machine, and build it again on save
    #[command(after_help = "Example: cargo run -- serve --port 8080 --open\n\n\
        Exit codes: 0 stopped with Ctrl-C; 1 the port is taken; 2 wrong usage")]
    Serve(ServeArgs),
    /// Build the book as files
    #[command(after_help = "Example: cargo run -- build --out site\n\n\
        Exit codes: 0 built; 1 refused, with every reason on standard error; 2 wrong usage")]
    Build {
        /// Where to; a folder that is not empty must be an earlier build [default: target/book]
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Answer the stock `mdbook` command, which calls this as its preprocessor
    #[command(after_help = "Example: mdbook build\n\n\
        Reads `[context, book]` from standard input and writes the book to standard output.\n\
        Exit codes: 0 answered, or the renderer is supported; 1 refused; 2 wrong usage")]
    Preprocess {
        #[command(subcommand)]
        question: Option<Question>,
    },
    /// Run chapters and store what was measured
    #[command(after_help = "Example: cargo run -- measure ch05 --python\n\n\
        Exit codes: 0 measured; 1 failed; 2 wrong usage; 130 stopped with Ctrl-C")]
    Measure(MeasureArgs),
    /// Run chapters and judge what the sources say, on this machine
    #[command(after_help = "Example: cargo run -- verify ch05\n\n\
        Exit codes: 0 nothing is refuted; 1 a claim does not hold; 2 wrong usage; 130 stopped \
        with Ctrl-C")]
    Verify(VerifyArgs),
    /// Watch over one check, for the tool itself: reads a job, and ends when its input does
    #[command(hide = true)]
    Cell,
    #[command(flatten)]
    Exercises(ExercisesCommand),
}

#[derive(Subcommand)]
enum Question {
    /// Say by the exit code whether pages are made for RENDERER
    Supports {
        /// Such as html
        renderer: String,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    run(cli.command, cli.serve).unwrap_or_else(|error| {
        eprintln!("{error:#}");
        ExitCode::FAILURE
    })
}

fn run(command: Option<Command>, args: ServeArgs) -> Result<ExitCode> {
    match command {
        // The book's folder comes with the book.
        Some(Command::Preprocess { question: None }) => protocol::answer_stdio()?,
        Some(Command::Preprocess {
            question: Some(Question::Supports { renderer }),
        }) => return Ok(ExitCode::from(u8::from(!protocol::supports(&renderer)))),
        Some(Command::Cell) => supervisor::answer_stdio()?,
        None => serve::serve(&chapters::root()?, args)?,
        Some(Command::Serve(args)) => serve::serve(&chapters::root()?, args)?,
        Some(Command::Build { out }) => {
            let out = site::publish(&chapters::root()?, out.as_deref())?;
            // Whoever reads it may have gone.
            drop(writeln!(io::stdout(), "{}", out.join("index.html").display()));
        }
        Some(Command::Measure(args)) => {
            return measure::measure(&chapters::root()?, &args);
        }
        Some(Command::Verify(args)) => {
            return measure::verify(&chapters::root()?, &args);
        }
        Some(Command::Exercises(command)) => {
            return Ok(command::run(&chapters::root()?, &command));
        }
    }
    Ok(ExitCode::SUCCESS)
}
