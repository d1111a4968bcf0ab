//! A measured value in a sentence.

use lab::{
    record::Record,
    value::{Unit, Value},
};

use super::html::escape;

/// The value at `path` (without its chapter) as a focusable span; `id` is the chapter's, `own` the
/// record of the reader's own machine.
///
/// The note is an attribute that CSS shows, so that it is not indexed by the search.
///
/// # Errors
/// A path that names nothing: what there is.
pub fn measured(
    id: &str,
    path: &str,
    record: &Record,
    own: Option<&Record>,
) -> Result<String, String> {
    let value = record.value(path)?;
    let mut note = note(path, &value, record);
    if let Some(yours) = own.and_then(|own| own.value(path).ok()) {
        note +=
            &format!(". On your machine: {} ({})", yours.show(), yours.show_range());
    }
    Ok(span(&format!("{id}.{path}"), &value, &note))
}

/// A value with its note, as a focusable span.
pub fn span(path: &str, value: &Value, note: &str) -> String {
    let (shown, note) = (escape(&value.show()), escape(note));
    format!(
        "<span class=\"wb-value\" tabindex=\"0\" role=\"note\" data-path=\"{}\" \
         data-note=\"{note}\" aria-label=\"{shown}, {note}\">{shown}</span>",
        escape(path),
    )
}

/// How the value at `path` was come by: how often, with which spread, on what machine.
pub fn note(path: &str, value: &Value, record: &Record) -> String {
    let experiment = path.split('.').next().and_then(|id| record.experiment(id));
    let machine = record.machine.line();
    let Some(experiment) = experiment else {
        return format!("of the machine: {machine}");
    };
    let set = |setting: &lab::param::Setting| {
        format!("{}.{}", experiment.id, setting.name) == path
    };
    if let Some(setting) = experiment.settings.iter().find(|setting| set(setting)) {
        return format!("set for the run: {}", setting.help);
    }
    let how = match (value.n, value.unit) {
        (0 | 1, Unit::Count) => "counted once".to_owned(),
        (0 | 1, _) => "measured once".to_owned(),
        (n, _) => format!("median of {n} rounds, {}", value.show_range()),
    };
    match &experiment.noise.withheld {
        Some(why) => format!("{how}; noisy: {why}; {machine}"),
        None => format!("{how}; {machine}"),
    }
}
