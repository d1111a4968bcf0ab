//! The tree: every way through it, and where its numbers come from.

use std::collections::{BTreeMap, BTreeSet};

use ch06_decision_tree::{
    label::Label,
    profile::{
        evidence::{Evidence, Shares},
        words,
    },
    shelf::Chapter,
    tree::{Given, Known, Step, Tool, Tree, Unanswerable, Verdict},
};
use lab::record::Record;

const TEXT: &str = include_str!("../../tree.toml");

/// Nothing is known.
fn nothing() -> Known {
    Known::default()
}

/// The ways through the tree, each with the leaf that it ends at.
fn ways(tree: &Tree) -> Vec<(Vec<String>, String)> {
    let mut open: Vec<Vec<String>> = vec![Vec::new()];
    let mut ways = Vec::new();
    while let Some(answers) = open.pop() {
        assert!(answers.len() <= tree.questions.len(), "no end to {answers:?}");
        match tree.walk(&nothing(), &answers).unwrap().step {
            Step::Take(leaf) => ways.push((answers, leaf.id.clone())),
            Step::Ask(question) => open.extend(question.answers.iter().map(|answer| {
                let mut more = answers.clone();
                more.push(answer.id.clone());
                more
            })),
        }
    }
    ways
}

#[test]
fn every_way_ends_at_a_leaf_and_every_leaf_and_question_is_on_one() {
    let tree = Tree::book();
    let ways = ways(tree);
    let reached: BTreeSet<&str> = ways.iter().map(|(_, leaf)| leaf.as_str()).collect();
    let leaves: BTreeSet<&str> =
        tree.leaves.iter().map(|leaf| leaf.id.as_str()).collect();
    assert_eq!(reached, leaves);
    let mut asked = BTreeSet::new();
    for (answers, _) in &ways {
        let walk = tree.walk(&nothing(), answers).unwrap();
        assert_eq!(walk.taken.len(), answers.len());
        asked.extend(walk.taken.iter().map(|taken| taken.question.id.as_str()));
    }
    assert_eq!(asked.len(), tree.questions.len());
}

#[test]
fn the_same_answers_lead_to_one_leaf_however_they_are_given() {
    let tree = Tree::book();
    let mut leaf_of = BTreeMap::new();
    for (answers, leaf) in ways(tree) {
        // A range may be said as any number of it.
        let walk = tree.walk(&nothing(), &answers).unwrap();
        let said: Vec<String> = walk
            .taken
            .iter()
            .map(|taken| match tree.range(taken.answer) {
                Some((from, None)) => (from + 12_345).to_string(),
                Some((_, Some(below))) => (below - 1).to_string(),
                None => taken.answer.id.clone(),
            })
            .collect();
        let Step::Take(by_number) = tree.walk(&nothing(), &said).unwrap().step else {
            panic!("{said:?} do not suffice");
        };
        assert_eq!(by_number.id, leaf, "{answers:?} and {said:?}");
        assert_eq!(leaf_of.insert(answers.clone(), leaf), None, "{answers:?} twice");
    }
}

#[test]
fn every_number_has_exactly_one_answer() {
    let tree = Tree::book();
    let mut counted = 0;
    for question in tree.questions.iter().filter(|question| question.counts.is_some()) {
        let ranges: Vec<(u64, Option<u64>)> =
            question.answers.iter().map(|answer| tree.range(answer).unwrap()).collect();
        let limits =
            ranges.iter().flat_map(|(from, below)| [Some(*from), *below]).flatten();
        let beside = limits.flat_map(|limit| [limit - 1, limit, limit + 1]);
        for number in beside.chain([u64::MAX]).filter(|number| *number > 0) {
            let holds = |(from, below): &&(u64, Option<u64>)| {
                *from <= number && below.is_none_or(|below| number < below)
            };
            let holding = ranges.iter().filter(holds).count();
            assert_eq!(holding, 1, "{number} at `{}`", question.id);
            counted += 1;
        }
    }
    assert!(counted > 20, "{counted} numbers were tried");
}

#[test]
fn nobody_has_none_of_what_is_counted() {
    let tree = Tree::book();
    let error = tree.walk(&nothing(), &["computes", "0"]).unwrap_err();
    assert_eq!(error.to_string(), "`0` is no answer to `cpus`; there is: one, several");
}

#[test]
fn every_label_of_the_profiler_answers_the_first_question_once() {
    let tree = Tree::book();
    let first = tree.root().unwrap();
    let mut labels: Vec<&str> =
        first.answers.iter().flat_map(|it| &it.labels).map(String::as_str).collect();
    let mut all = Label::ALL.map(Label::id);
    labels.sort_unstable();
    all.sort_unstable();
    assert_eq!(labels, all);
    for label in Label::ALL {
        let known = Known { label: Some(label.id().to_owned()), ..nothing() };
        let walk = tree.walk(&known, &[""; 0]).unwrap();
        let given: Vec<Given> = walk.taken.iter().map(|taken| taken.given).collect();
        let expected =
            if label == Label::Unknown { vec![] } else { vec![Given::Measured] };
        assert_eq!(given, expected, "{label}");
    }
}

#[test]
fn what_the_profiler_says_it_waits_for_is_an_answer_or_asked_for_a_reason() {
    let one = |set: fn(&mut Shares)| {
        let mut shares = Shares::default();
        set(&mut shares);
        Evidence { shares, ..Evidence::default() }
    };
    let all = [
        one(|it| it.network = 1.0),
        one(|it| it.disk = 1.0),
        one(|it| it.pipe = 1.0),
        one(|it| it.terminal = 1.0),
        one(|it| it.ring = 1.0),
        one(|it| it.time = 1.0),
        one(|it| it.work = 1.0),
        one(|it| it.file_lock = 1.0),
        one(|it| it.child = 1.0),
        one(|it| it.unseen = 1.0),
    ];
    let mut asked = BTreeSet::new();
    let mut answered = BTreeSet::new();
    for (label, evidence) in
        Label::ALL.iter().flat_map(|it| all.iter().map(move |e| (it, e)))
    {
        let Some(word) = words::waits_for(evidence, *label) else { continue };
        let known = Known {
            label: Some(label.id().to_owned()),
            waits_for: Some(word.clone()),
            ..nothing()
        };
        let walk = Tree::book().walk(&known, &[""; 0]).unwrap();
        if walk.taken.len() > 1 {
            answered.insert(word)
        } else {
            asked.insert(word)
        };
    }
    assert_eq!(
        Vec::from_iter(answered),
        ["disk", "network", "pipe", "terminal", "work"]
    );
    // A ring has either behind it; and whether a time was set on purpose, only a person knows.
    assert_eq!(Vec::from_iter(asked), ["disk or network", "time to pass"]);
}

#[test]
fn on_one_cpu_python_is_not_sent_to_processes() {
    let one = ["gil", "python", "1", "no"];
    allows(&one, Tool::Sequential);
    allows(&["gil", "python", "2", "1000"], Tool::Processes);
}

#[test]
fn what_is_known_is_not_asked() {
    let tree = Tree::book();
    let known = Known {
        label: Some("cpu-bound".to_owned()),
        cpus: Some(8),
        busy: Some(12),
        ..nothing()
    };
    let walk = tree.walk(&known, &["1", "splits", "rust"]).unwrap();
    assert!(matches!(walk.step, Step::Take(leaf) if leaf.id == "split"));
    let numbers: Vec<Option<u64>> =
        walk.taken.iter().map(|taken| taken.number).collect();
    assert_eq!(numbers, [None, Some(8), Some(12), Some(1), None, None]);
}

#[test]
fn an_answer_too_many_and_one_that_is_not_there_are_refused() {
    let tree = Tree::book();
    let refused = |answers: &[&str]| tree.walk(&nothing(), answers).unwrap_err();
    assert_eq!(
        refused(&["starved", "more"]).to_string(),
        "`more` answers nothing: `make-room` was reached before it"
    );
    assert!(matches!(
        refused(&["waits", "moon"]),
        Unanswerable::NoSuch { question, there, .. } if question == "source" && there.len() == 4
    ));
    // A number is no answer where nothing is counted.
    assert!(matches!(refused(&["1"]), Unanswerable::NoSuch { .. }));
}

/// The leaf that these answers lead to allows this tool.
#[track_caller]
fn allows(answers: &[&str], tool: Tool) {
    let tree = Tree::book();
    match tree.walk(&nothing(), answers).unwrap().step {
        Step::Take(leaf) => assert!(leaf.allows.contains(&tool), "{}", leaf.id),
        Step::Ask(question) => panic!("`{}` is left open", question.id),
    }
}

#[test]
fn where_the_book_measured_otherwise_the_tree_contradicts_the_sources() {
    // More than a thousand threads are not impossible.
    allows(&["waits", "network", "1001", "free", "blocking"], Tool::Threads);
    allows(&["waits", "network", "10000", "free", "blocking"], Tool::Threads);
    // From 50 to 1000, threads are not too expensive.
    allows(&["waits", "network", "500", "free", "blocking"], Tool::Threads);
    // Threads compute, in Rust and in native code.
    allows(
        &["computes", "8", "12", "100", "enough", "rust", "trusted", "apart"],
        Tool::Threads,
    );
    allows(&["computes", "8", "12", "100", "enough", "native"], Tool::Threads);
    // A single task can be split.
    allows(&["computes", "8", "12", "1", "splits", "rust"], Tool::Threads);
    // With one CPU, who waits for an answer still has something of a thread.
    allows(&["computes", "1", "yes"], Tool::Threads);
    // And where they are right, it does not.
    allows(&["computes", "1", "no"], Tool::Sequential);
    allows(
        &["computes", "8", "12", "100", "enough", "python", "1000"],
        Tool::Processes,
    );
    allows(&["waits", "network", "10000", "free", "async"], Tool::Async);
}

#[test]
fn every_row_of_the_quick_reference_reaches_its_leaf() {
    let tree = Tree::book();
    // As many as the source has: three by processes, five by asyncio, two by threads.
    let rows = |tool| tree.quick.iter().filter(|row| row.source == tool).count();
    assert_eq!([Tool::Processes, Tool::Async, Tool::Threads].map(rows), [3, 5, 2]);
    for row in &tree.quick {
        let Step::Take(leaf) = tree.walk(&nothing(), &row.answers).unwrap().step else {
            panic!("{}: a question is left open", row.scenario);
        };
        assert_eq!(leaf.id, row.leaf, "{}", row.scenario);
        let fine = leaf.allows.contains(&row.source);
        assert_eq!(fine, row.verdict == Verdict::Fine, "{}", row.scenario);
    }
}

/// The chapters' records by their ids.
fn records() -> BTreeMap<&'static str, Record> {
    let ids = ["ch01", "ch02", "ch03", "ch04", "ch05", "ch06"];
    let record = |id| {
        let chapter = Chapter::find(id).unwrap();
        (
            id,
            chapter
                .record()
                .unwrap_or_else(|| panic!("{id} has no record: measure it")),
        )
    };
    ids.map(record).into()
}

#[test]
fn every_threshold_follows_from_a_record() {
    let records = records();
    for threshold in &Tree::book().thresholds {
        let follows = threshold
            .rule
            .follows(threshold.value, &|chapter: &str| records.get(chapter));
        let decides = follows.unwrap_or_else(|why| panic!("{}: {why}", threshold.id));
        assert!(!decides.is_empty(), "{}", threshold.id);
        // And no other number does.
        if matches!(threshold.rule, ch06_decision_tree::tree::Rule::First { .. }) {
            let other = threshold
                .rule
                .follows(threshold.value * 3, &|chapter: &str| records.get(chapter));
            assert!(other.is_err(), "{}", threshold.id);
        }
    }
}

#[test]
fn what_speaks_for_a_leaf_was_measured() {
    let records = records();
    for leaf in &Tree::book().leaves {
        assert!(
            records.contains_key(leaf.chapter.as_str()),
            "{}: {}",
            leaf.id,
            leaf.chapter
        );
        for evidence in &leaf.evidence {
            let (chapter, path) = evidence.path.split_once('.').unwrap();
            let value = records[chapter].value(path);
            assert!(value.is_ok(), "{}: {}: {value:?}", leaf.id, evidence.path);
        }
    }
}

/// What is said against the book's tree with `from` replaced by `to`.
#[track_caller]
fn refused(from: &str, to: &str) -> String {
    assert!(TEXT.contains(from), "there is no {from}");
    let wrong = Tree::parse("tree.toml", &TEXT.replacen(from, to, 1)).unwrap_err();
    wrong.to_string()
}

#[test]
fn what_is_wrong_with_a_file_is_told_with_its_key_and_what_mends_it() {
    for (from, to, says) in [
        (
            "schema = 1",
            "schema = 7",
            "tree.toml: schema: it is 7, and this program reads 1; take",
        ),
        ("asks = \"Why does it sleep?\"", "ask = \"\"", "unknown field `ask`"),
        (
            "goes = \"split\"",
            "goes = \"slit\"",
            "tree.toml: question `language-inside`, answer `rust`: goes: `slit` is neither a question nor \
             a leaf; name one",
        ),
        (
            "goes = \"visitors\"",
            "goes = \"time\"",
            "goes: the way time → cpus comes back to it; let one of them lead on",
        ),
        (
            "goes = \"feed\"",
            "goes = \"be-told\"",
            "tree.toml: leaf `feed`: no answer leads there; let one `goes` do so",
        ),
        (
            "from = \"two-waits\", below = \"dear-threads\"",
            "from = 3, below = \"dear-threads\"",
            "question `waits`, answer `some`: from: it must be 2, where the answer before it ends",
        ),
        (
            "from = 1, below = \"two-waits\"",
            "from = 1, below = 4",
            "question `waits`, answer `some`: from: it must be 4",
        ),
        (
            "from = \"dear-threads\", goes",
            "from = \"dear-threads\", below = 9999, goes",
            "question `waits`: below: the last answer must have none",
        ),
        (
            "below = \"dear-threads\"",
            "below = \"deer-threads\"",
            "no threshold `deer-threads`; add [[threshold]]",
        ),
        (
            "labels = [\"starved\"]",
            "labels = [\"mixed\"]",
            "`mixed` is that of `both` too",
        ),
        (
            "id = \"feed\"",
            "id = \"lock\"",
            "leaf `lock`: id: another one is called so; rename one",
        ),
        (
            "id = \"syncs\"",
            "id = \"reads\"",
            "answer `reads`: id: the question has two of these",
        ),
        (
            "template = \"cpu-bound\"",
            "template = \"fast\"",
            "no `fast`; there is: cpu-bound, io-few",
        ),
        (
            "template = \"io-many\"\nallows = [\"async\", \"threads\"]",
            "template = \"io-many\"\nallows = [\"threads\"]",
            "leaf `tasks`: template: `io-many` is made with async, which the leaf does not allow; take",
        ),
        (
            "template = \"cpu-bound\"",
            "template = \"mixed\"",
            "leaf `split`: template: `mixed` is made with async",
        ),
        (
            "leaf = \"thread-pool\"",
            "leaf = \"split\"",
            "the answers lead to `thread-pool`; say that",
        ),
        ("verdict = \"corrected\"", "verdict = \"fine\"", "it must be corrected"),
    ] {
        let said = refused(from, to);
        assert!(said.contains(says), "{said}\nshould say {says}");
        assert!(said.starts_with("tree.toml: "), "{said}");
    }
}

#[test]
fn a_threshold_at_which_no_way_forks_is_refused() {
    let text = TEXT.replace("\"dear-threads\"", "5000").replacen(
        "id = 5000",
        "id = \"idle\"",
        1,
    );
    let wrong = Tree::parse("tree.toml", &text).unwrap_err().to_string();
    assert_eq!(
        wrong,
        "tree.toml: threshold `idle`: no way forks there; use it or leave it out"
    );
}

#[test]
fn a_number_that_its_record_does_not_support_is_told_with_what_does() {
    let records = records();
    let rule = &Tree::book().threshold("long-job").unwrap().rule;
    let why = rule.follows(400, &|chapter: &str| records.get(chapter)).unwrap_err();
    assert!(why.starts_with("it is 400, and the record says "), "{why}");
    let why = rule.follows(20, &|_: &str| None).unwrap_err();
    assert_eq!(why, "ch05 has no record");
}
