//! What a tree may not have: dead ends, circles, gaps, and what nobody can reach.

use std::collections::{BTreeMap, BTreeSet};

use super::{Answer, Limit, Question, Tool, Tree};

/// The templates that `new-template` writes, and the tool that each is made with.
const TEMPLATES: [(&str, Tool); 4] = [
    ("cpu-bound", Tool::Threads),
    ("io-few", Tool::Threads),
    ("io-many", Tool::Async),
    ("mixed", Tool::Async),
];

/// Everything that is wrong with the tree: the key, and what mends it.
pub fn problems(tree: &Tree) -> Vec<String> {
    let mut wrong = names(tree);
    for question in &tree.questions {
        wrong.extend(ways(tree, question));
        wrong.extend(ranges(tree, question));
        wrong.extend(labels(question));
    }
    wrong.extend(unused(tree));
    wrong.extend(leaves(tree));
    // Whoever walks a tree with one of these might never come back.
    if wrong.is_empty() {
        wrong.extend(circle(tree));
        wrong.extend(unreachable(tree));
    }
    if wrong.is_empty() {
        wrong.extend(quick(tree));
    }
    wrong
}

/// Names that are there twice, or not at all.
fn names(tree: &Tree) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let questions = tree.questions.iter().map(|question| ("question", &question.id));
    let leaves = tree.leaves.iter().map(|leaf| ("leaf", &leaf.id));
    let thresholds = tree.thresholds.iter().map(|one| ("threshold", &one.id));
    let mut wrong: Vec<String> = questions
        .chain(leaves)
        .chain(thresholds)
        .filter(|(_, id)| !seen.insert(id.as_str()))
        .map(|(kind, id)| {
            format!("{kind} `{id}`: id: another one is called so; rename one")
        })
        .collect();
    for question in &tree.questions {
        let mut seen = BTreeSet::new();
        for answer in &question.answers {
            if !seen.insert(answer.id.as_str()) {
                wrong.push(format!(
                    "{}: id: the question has two of these; rename one",
                    key(question, answer)
                ));
            }
        }
    }
    if tree.questions.is_empty() {
        wrong.push("question: there is none; write the first one".to_owned());
    }
    wrong
}

fn key(question: &Question, answer: &Answer) -> String {
    format!("question `{}`, answer `{}`", question.id, answer.id)
}

/// Answers that lead nowhere, and questions with fewer than two.
fn ways(tree: &Tree, question: &Question) -> Vec<String> {
    let there = |id: &str| tree.question(id).is_some() || tree.leaf(id).is_some();
    let lost = question.answers.iter().filter(|answer| !there(&answer.goes));
    let mut wrong: Vec<String> = lost
        .map(|answer| {
            format!(
                "{}: goes: `{}` is neither a question nor a leaf; name one, or add it",
                key(question, answer),
                answer.goes
            )
        })
        .collect();
    if question.answers.len() < 2 {
        wrong.push(format!(
            "question `{}`: answer: it needs two or more; without a choice, leave it out",
            question.id
        ));
    }
    wrong
}

/// Ranges of numbers that overlap, or leave a gap.
fn ranges(tree: &Tree, question: &Question) -> Vec<String> {
    let mut wrong = Vec::new();
    for answer in &question.answers {
        let limits = answer.from.iter().chain(&answer.below);
        for limit in limits {
            if let (None, Limit::Threshold(id)) = (tree.number(limit), limit) {
                wrong.push(format!(
                    "{}: from, below: no threshold `{id}`; add [[threshold]]",
                    key(question, answer)
                ));
            }
        }
        if question.counts.is_none()
            && (answer.from.is_some() || answer.below.is_some())
        {
            wrong.push(format!(
                "{}: from, below: only a question that `counts` has ranges",
                key(question, answer)
            ));
        }
    }
    if question.counts.is_none() || !wrong.is_empty() {
        return wrong;
    }
    // Each range begins where the one before it ends, the first with 1.
    let mut next = Some(1);
    for answer in &question.answers {
        let range = tree.range(answer);
        match (next, range) {
            (Some(next), Some((from, below)))
                if from == next && below.is_none_or(|below| below > from) => {}
            (Some(next), _) => wrong.push(format!(
                "{}: from: it must be {next}, where the answer before it ends, and below more",
                key(question, answer)
            )),
            (None, _) => wrong.push(format!(
                "{}: from: the answer before it has no end; give that one a below",
                key(question, answer)
            )),
        }
        next = range.and_then(|(_, below)| below);
    }
    if next.is_some() {
        wrong.push(format!(
            "question `{}`: below: the last answer must have none, or large numbers have no way",
            question.id
        ));
    }
    wrong
}

/// A label that two answers claim.
fn labels(question: &Question) -> Vec<String> {
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    let mut wrong = Vec::new();
    for answer in &question.answers {
        for label in &answer.labels {
            if let Some(other) = owners.insert(label, &answer.id) {
                wrong.push(format!(
                    "{}: labels: `{label}` is that of `{other}` too; leave it with one",
                    key(question, answer)
                ));
            }
        }
    }
    wrong
}

/// Thresholds at which no way forks.
fn unused(tree: &Tree) -> Vec<String> {
    let answers = tree.questions.iter().flat_map(|question| &question.answers);
    let used: Vec<&Limit> =
        answers.flat_map(|answer| answer.from.iter().chain(&answer.below)).collect();
    let unused = tree
        .thresholds
        .iter()
        .filter(|one| !used.contains(&&Limit::Threshold(one.id.clone())));
    unused
        .map(|one| {
            format!(
                "threshold `{}`: no way forks there; use it or leave it out",
                one.id
            )
        })
        .collect()
}

/// Leaves without what they are for.
fn leaves(tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    for leaf in &tree.leaves {
        for (name, text) in
            [("tool", &leaf.tool), ("why", &leaf.why), ("first", &leaf.first)]
        {
            if text.trim().is_empty() {
                wrong.push(format!("leaf `{}`: {name}: it is empty; say it", leaf.id));
            }
        }
        let Some(name) = leaf.template.as_deref() else { continue };
        match TEMPLATES.iter().find(|(template, _)| *template == name) {
            None => {
                let there = TEMPLATES.map(|(template, _)| template).join(", ");
                wrong.push(format!(
                    "leaf `{}`: template: no `{name}`; there is: {there}",
                    leaf.id
                ));
            }
            Some((_, tool)) if !leaf.allows.contains(tool) => wrong.push(format!(
                "leaf `{}`: template: `{name}` is made with {tool}, which the leaf does not allow; \
                 take another, or none",
                leaf.id
            )),
            Some(_) => {}
        }
    }
    wrong
}

/// A way that comes back to where it was.
fn circle(tree: &Tree) -> Option<String> {
    let mut open = Vec::new();
    let mut done = BTreeSet::new();
    tree.root().and_then(|first| descend(tree, first, &mut open, &mut done))
}

fn descend<'t>(
    tree: &'t Tree,
    question: &'t Question,
    open: &mut Vec<&'t str>,
    done: &mut BTreeSet<&'t str>,
) -> Option<String> {
    if open.contains(&question.id.as_str()) {
        return Some(format!(
            "question `{}`: goes: the way {} comes back to it; let one of them lead on",
            question.id,
            open.join(" → ")
        ));
    }
    if !done.insert(&question.id) {
        return None;
    }
    open.push(&question.id);
    let next = question.answers.iter().filter_map(|answer| tree.question(&answer.goes));
    let found = next.into_iter().find_map(|next| descend(tree, next, open, done));
    open.pop();
    found
}

/// Questions and leaves that no answer leads to.
fn unreachable(tree: &Tree) -> Vec<String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&str> =
        tree.root().map(|first| first.id.as_str()).into_iter().collect();
    while let Some(id) = open.pop() {
        if reached.insert(id) {
            let answers =
                tree.question(id).map_or(&[][..], |question| &question.answers);
            open.extend(answers.iter().map(|answer| answer.goes.as_str()));
        }
    }
    let questions = tree.questions.iter().map(|question| ("question", &question.id));
    let leaves = tree.leaves.iter().map(|leaf| ("leaf", &leaf.id));
    let lost = questions.chain(leaves).filter(|(_, id)| !reached.contains(id.as_str()));
    lost.map(|(kind, id)| {
        format!("{kind} `{id}`: no answer leads there; let one `goes` do so")
    })
    .collect()
}

/// Rows of the quick reference that do not come out where they say.
fn quick(tree: &Tree) -> Vec<String> {
    use super::{Known, Step, Verdict};
    let mut wrong = Vec::new();
    for row in &tree.quick {
        let key = format!("quick `{}`", row.scenario);
        let leaf =
            match tree.walk(&Known::default(), &row.answers).map(|walk| walk.step) {
                Ok(Step::Take(leaf)) => leaf,
                Ok(Step::Ask(question)) => {
                    let id = &question.id;
                    wrong.push(format!(
                        "{key}: answers: `{id}` is left open; answer it too"
                    ));
                    continue;
                }
                Err(error) => {
                    wrong.push(format!("{key}: answers: {error}"));
                    continue;
                }
            };
        if leaf.id != row.leaf {
            wrong.push(format!(
                "{key}: leaf: the answers lead to `{}`; say that",
                leaf.id
            ));
        }
        let fine = leaf.allows.contains(&row.source);
        if fine != (row.verdict == Verdict::Fine) {
            let verdict = if fine { "fine" } else { "corrected" };
            wrong.push(format!(
                "{key}: verdict: by what `{}` allows, it must be {verdict}",
                leaf.id
            ));
        }
    }
    wrong
}
