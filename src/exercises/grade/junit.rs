//! A sheet as JUnit XML, which most CI systems show: a suite for each exercise, a case for each check.

use std::io;

use quick_xml::{Writer, events::BytesText};

use super::sheet::{Checked, Ended, Graded, Sheet, State};

/// The sheet as JUnit XML.
///
/// # Errors
/// None: it is written to memory.
pub fn xml(sheet: &Sheet) -> io::Result<String> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    let all = || sheet.exercises.iter().flat_map(cases);
    writer
        .create_element("testsuites")
        .with_attributes([("name", "workbook")])
        .with_attributes(counts(all()).iter().map(pair))
        .write_inner_content(|writer| {
            sheet.exercises.iter().try_for_each(|graded| suite(writer, graded))
        })?;
    let xml = String::from_utf8_lossy(&writer.into_inner()).into_owned();
    Ok(format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{xml}\n"))
}

/// A check, and what is said where JUnit has a word for it.
struct Case<'a> {
    check: &'a Checked,
    /// `failure`, `error` or `skipped`, in short, and at length.
    said: Option<(&'static str, String, String)>,
}

fn cases(graded: &Graded) -> impl Iterator<Item = Case<'_>> {
    let mut compiler = graded.compiler.as_deref();
    let case = move |check| Case { check, said: said(graded, check, compiler.take()) };
    graded.checks.iter().map(case)
}

/// What is said of a check; `compiler` only once of an exercise.
fn said(
    graded: &Graded,
    check: &Checked,
    compiler: Option<&str>,
) -> Option<(&'static str, String, String)> {
    let message = || check.message.clone().unwrap_or_default();
    let why = || graded.state.words().to_owned();
    match (check.outcome, graded.state) {
        (Ended::Passed, _) => None,
        (Ended::Failed, _) => Some(("failure", check.says.clone(), message())),
        (Ended::Inconclusive, _) => {
            Some(("skipped", format!("inconclusive: {}", message()), String::new()))
        }
        (Ended::NotRun, State::Refused | State::NotGraded) => {
            let reason = check.message.clone().or_else(|| graded.reason.clone());
            Some(("error", why(), reason.unwrap_or_default()))
        }
        (Ended::NotRun, _) => {
            Some(("failure", why(), compiler.unwrap_or_default().to_owned()))
        }
    }
}

fn counts<'a>(cases: impl Iterator<Item = Case<'a>>) -> [(&'static str, String); 4] {
    let kinds: Vec<_> = cases.map(|case| case.said.map_or("", |said| said.0)).collect();
    let count = |kind: &str| kinds.iter().filter(|it| **it == kind).count().to_string();
    [
        ("tests", kinds.len().to_string()),
        ("failures", count("failure")),
        ("errors", count("error")),
        ("skipped", count("skipped")),
    ]
}

fn pair<'a>(pair: &'a (&'static str, String)) -> (&'a str, &'a str) {
    (pair.0, &pair.1)
}

fn suite(writer: &mut Writer<Vec<u8>>, graded: &Graded) -> io::Result<()> {
    writer
        .create_element("testsuite")
        .with_attribute(("name", graded.id.as_str()))
        .with_attributes(counts(cases(graded)).iter().map(pair))
        .write_inner_content(|writer| {
            cases(graded).try_for_each(|it| case(writer, &graded.id, &it))
        })?;
    Ok(())
}

fn case(writer: &mut Writer<Vec<u8>>, id: &str, case: &Case<'_>) -> io::Result<()> {
    let seconds = case.check.seconds.unwrap_or(0.0).to_string();
    let element = writer.create_element("testcase").with_attributes([
        ("classname", id),
        ("name", case.check.name.as_str()),
        ("time", seconds.as_str()),
    ]);
    element.write_inner_content(|writer| {
        let points = case.check.points.to_string();
        let of = case.check.of.to_string();
        writer.create_element("properties").write_inner_content(|writer| {
            for (name, value) in [("points", &points), ("of", &of)] {
                let property = writer.create_element("property");
                property
                    .with_attributes([("name", name), ("value", value)])
                    .write_empty()?;
            }
            Ok(())
        })?;
        let Some((kind, short, long)) = &case.said else { return Ok(()) };
        let (short, long) = (allowed(short), allowed(long));
        writer
            .create_element(*kind)
            .with_attribute(("message", short.as_str()))
            .write_text_content(BytesText::new(&long))?;
        Ok(())
    })?;
    Ok(())
}

/// Without the characters that XML has no way to write.
fn allowed(text: &str) -> String {
    let is_allowed = |c: char| {
        matches!(c, '\t' | '\n' | '\r')
            || (c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'))
    };
    text.replace(|c| !is_allowed(c), "\u{fffd}")
}
