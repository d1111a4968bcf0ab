//! Grades one submission: takes what was handed in, builds it beside the repository's own tests, and
//! runs each check in its cell.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Result;
use sha2::{Digest, Sha256};

use super::{
    declared::Declared,
    history::History,
    sheet::{Checked, Graded, Sheet, State},
    submission::{NotTaken, Submission},
    tampering::{Tampering, lines},
};
use crate::{
    exercises::{
        catalogue::Exercise,
        cell::{Circumstances, Limits},
        overlay::{self, Answer, Built},
        sealed::{Sealed, Variant},
    },
    problem::within,
};

/// Where answers are built, from the root.
const FOLDER: &str = "target/exercises/grade";
/// The compiler has at least so long for an answer, on a busy machine, too.
pub const COMPILING: Duration = Duration::from_secs(30);
/// What an answer has no use for, and what it does: a person should have a look.
const ODD: [(&str, &str); 9] = [
    ("include_str", "the compiler reads another file"),
    ("include_bytes", "the compiler reads another file"),
    ("include!", "the compiler reads another file"),
    ("#[path", "the compiler reads another file"),
    ("harness", "the harness is for tests"),
    ("macro_export", "a macro may take the place of one in the test"),
    ("/proc/self", "a program may read there what only the test knows"),
    ("@receipt", "a check hands in its verdict with that word"),
    ("WORKBOOK_", "a program may tell by that word that it is graded"),
];

/// What is there to be built, or what is said of an exercise without that.
type Taken<'a> = Result<Answer<'a>, Box<Graded>>;

/// Grades submissions, one after the other.
#[derive(Debug)]
pub struct Grader<'a> {
    root: &'a Path,
    /// All that could be in a submission.
    all: &'a [Exercise],
    /// Those that are graded.
    chosen: &'a [Exercise],
    /// How long the checks of an exercise may take together, and the compiler for one.
    deadline: Duration,
    history: History,
    folder: PathBuf,
    /// Two programs must not build in the same folder.
    _lock: File,
}

impl<'a> Grader<'a> {
    /// A grader; waits until no other is at work in this repository.
    ///
    /// # Errors
    /// A folder that cannot be written to.
    pub fn new(
        root: &'a Path,
        all: &'a [Exercise],
        chosen: &'a [Exercise],
        deadline: Duration,
    ) -> Result<Grader<'a>> {
        let folder = root.join(FOLDER);
        let lock = overlay::lock(&folder)?;
        let history = History::of(root);
        Ok(Grader { root, all, chosen, deadline, history, folder, _lock: lock })
    }

    /// Grades what is in `folder`. The parameters are those of `learner`, or of whom the submission
    /// names; `told` hears what is done.
    ///
    /// # Errors
    /// Nothing recognised in the folder; no cargo; or a fault that is not the submission's.
    pub fn grade(
        &self,
        folder: &Path,
        learner: Option<&str>,
        told: &dyn Fn(&str),
    ) -> Result<Sheet> {
        let submission = Submission::open(folder, self.all)?;
        let (declared, damage) = Declared::of(&submission);
        let mut notes = notes(folder, &submission);
        notes.extend(damage);
        notes.extend(other_learner(&declared, learner));
        let learner = learner.map(str::to_owned).or_else(|| declared.learner());
        let tampering = Tampering::with(self.root, &self.history, &submission);
        let mut exercises = match tampering.of_all(self.chosen) {
            Err(why) => {
                notes.push(format!("all of it is refused: {why}"));
                let refuse = |exercise| refused(exercise, &why);
                self.chosen.iter().map(refuse).collect()
            }
            Ok(earlier) => {
                let taken = self.take_all(&submission, &tampering, earlier, &mut notes);
                self.judge(taken, learner.as_deref(), told)?
            }
        };
        for graded in &mut exercises {
            graded.hints = declared.hints(&graded.id);
            graded.gave_up = declared.gave_up(&graded.id);
        }
        let shown = submission.folder.to_string_lossy().into_owned();
        Ok(Sheet::new(shown, learner, Some(submission.layout), notes, exercises))
    }

    fn judge(
        &self,
        taken: Vec<Taken<'_>>,
        learner: Option<&str>,
        told: &dyn Fn(&str),
    ) -> Result<Vec<Graded>> {
        told("building");
        let answers: Vec<Answer<'_>> = taken.iter().flatten().cloned().collect();
        let deadline = Some(self.deadline.max(COMPILING));
        let built = overlay::build_within(self.root, &self.folder, &answers, deadline)?;
        let finish = |taken: Taken<'_>| match taken {
            Err(graded) => *graded,
            Ok(answer) => {
                told(&answer.exercise.id());
                self.run(answer.exercise, &built[&answer.name], learner)
            }
        };
        Ok(taken.into_iter().map(finish).collect())
    }

    /// For each exercise, what is there to be built, or what is said of it without that; `earlier`
    /// are the files that are as in an earlier version of the repository.
    fn take_all(
        &self,
        submission: &Submission,
        tampering: &Tampering<'_>,
        mut earlier: Vec<String>,
        notes: &mut Vec<String>,
    ) -> Vec<Taken<'a>> {
        let mut refusals: BTreeMap<&str, Option<String>> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        let mut taken = Vec::new();
        let (edited, former) = tampering.with_harness();
        notes.extend(edited);
        earlier.extend(former);
        for exercise in self.chosen {
            let chapter = exercise.chapter.as_str();
            let refusal = refusals.entry(chapter).or_insert_with(|| {
                let found = tampering.of_chapter(chapter);
                let refusal = found.map(|found| earlier.extend(found)).err();
                let why = refusal.iter();
                notes.extend(why.map(|why| format!("{chapter} is refused: {why}")));
                refusal
            });
            taken.push(match refusal {
                Some(why) => Err(Box::new(refused(exercise, why))),
                None => {
                    let (edited, former) = tampering.in_vain(exercise);
                    // A chapter's `exercises.toml` is that of several exercises.
                    let is_new = |it: &String| seen.insert(it.clone());
                    notes.extend(edited.into_iter().filter(is_new));
                    earlier.extend(former);
                    self.take(submission, exercise, notes)
                }
            });
        }
        earlier.sort();
        earlier.dedup();
        if !earlier.is_empty() {
            notes.push(format!(
                "it was made from an earlier version of the repository, and is graded by this one; \
                 earlier are {}",
                earlier.join(", ")
            ));
        }
        taken
    }

    /// What is there to be built, or what is said of the exercise without that.
    fn take<'e>(
        &self,
        submission: &Submission,
        exercise: &'e Exercise,
        notes: &mut Vec<String>,
    ) -> Taken<'e> {
        let source = submission.source(exercise).map_err(|not| match not {
            NotTaken::Missing => Graded::not_run(exercise, State::NotHandedIn),
            NotTaken::Refused(why) => refused(exercise, &why),
        })?;
        let starter = match exercise.sealed() {
            Ok(sealed) => sealed.derive(&Variant::Starter),
            Err(problem) => {
                let reason = Some(problem.to_string());
                let graded = Graded::not_run(exercise, State::NotGraded);
                return Err(Box::new(Graded { reason, ..graded }));
            }
        };
        if is_same(&source, &starter) || self.was_starter(exercise, &source) {
            return Err(Box::new(Graded::not_run(exercise, State::NotBegun)));
        }
        let id = exercise.id();
        let is_odd = |(what, _): &&(&str, &str)| {
            source.contains(what) && !starter.contains(what)
        };
        let odd = ODD.iter().filter(is_odd);
        notes
            .extend(odd.map(|(what, does)| format!("{id} has `{what}` in it: {does}")));
        let digest = Sha256::digest(source.as_bytes());
        let digest: String =
            digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        // Another source is another program, so none is ever mistaken for another's.
        let name = format!("{}_{digest}", id.replace('.', "_"));
        Ok(Answer { name, exercise, source })
    }

    /// Whether it is the starter of an earlier version of the repository.
    fn was_starter(&self, exercise: &Exercise, source: &str) -> bool {
        let sealed = within(self.root, &exercise.sealed_file());
        self.history.versions(&sealed).iter().any(|version| {
            let sealed = Sealed::parse(&String::from_utf8_lossy(version));
            sealed.is_ok_and(|it| is_same(source, &it.derive(&Variant::Starter)))
        })
    }

    fn run(&self, exercise: &Exercise, built: &Built, learner: Option<&str>) -> Graded {
        match built {
            Built::Broken(said) => {
                let graded = Graded::not_run(exercise, State::DoesNotCompile);
                Graded { compiler: Some(said.clone()), ..graded }
            }
            Built::Program(program) => {
                let graded = self.check(exercise, program, learner);
                remove(program);
                graded
            }
        }
    }

    /// Runs the checks. Each may take its share of the time that is left, so that one that hangs
    /// leaves the others theirs.
    fn check(
        &self,
        exercise: &Exercise,
        program: &Path,
        learner: Option<&str>,
    ) -> Graded {
        let mut left = self.deadline;
        let mut reason = None;
        let mut checks = Vec::new();
        let mut open = u32::try_from(exercise.entry.checks.len()).unwrap_or(u32::MAX);
        for check in &exercise.entry.checks {
            let share = left / open;
            open -= 1;
            let limits = Limits { deadline: share, ..Limits::default() };
            let under = Circumstances { learner, limits, of: None };
            checks.push(match check.run(program, &under) {
                Ok(verdict) => {
                    left = left.saturating_sub(verdict.took.min(share));
                    Checked::new(check, &verdict)
                }
                Err(error) => {
                    let why = format!("{error:#}");
                    reason.get_or_insert_with(|| why.clone());
                    Checked { message: Some(why), ..Checked::not_run(check) }
                }
            });
        }
        Graded { reason, ..Graded::run(exercise, checks) }
    }
}

/// But for how the lines end.
fn is_same(one: &str, other: &str) -> bool {
    lines(one.as_bytes()).eq(lines(other.as_bytes()))
}

/// Removes a program, and what the compiler left beside it: those of all answers of all learners
/// would fill the disk.
fn remove(program: &Path) {
    let (Some(folder), Some(stem)) = (program.parent(), program.file_stem()) else {
        return;
    };
    let stem = stem.to_string_lossy();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(&*stem) {
            // What stays is in nobody's way.
            drop(fs::remove_file(entry.path()));
        }
    }
}

fn refused(exercise: &Exercise, why: &str) -> Graded {
    let graded = Graded::not_run(exercise, State::Refused);
    Graded { reason: Some(why.to_owned()), ..graded }
}

/// Where in its folder a submission was found, if that is not the folder itself.
fn notes(folder: &Path, submission: &Submission) -> Vec<String> {
    let outer = folder.canonicalize().unwrap_or_default();
    let inner = submission.folder.strip_prefix(&outer).unwrap_or(Path::new(""));
    let is_within = inner != Path::new("");
    is_within
        .then(|| format!("taken from {}/ in it", inner.display()))
        .into_iter()
        .collect()
}

/// Says that an answer may be right for other parameters than those that it is graded with.
fn other_learner(declared: &Declared, learner: Option<&str>) -> Option<String> {
    let (graded, other) = (learner?, declared.learner()?);
    (graded != other).then(|| {
        format!(
            "it was worked on as learner {other}, and is graded as {graded}, with other parameters"
        )
    })
}
