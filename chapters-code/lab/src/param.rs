//! The parameters of a chapter, declared once: the command line, the record and the page's controls
//! all come from the declaration.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    machine,
    value::{Unit, Value},
};

/// A parameter of a chapter's experiments.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// Its name, and that of its flag: `max-side`.
    pub name: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// What it is if the reader says nothing.
    pub default: Default,
    /// What it is under `--full`, where that differs.
    pub full: Option<f64>,
    /// Its unit in words, such as `px`; empty for a number of things.
    pub unit: &'static str,
    /// What it does, for `--help`.
    pub help: &'static str,
}

/// What a parameter may be; bounds are inclusive.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A whole number of things.
    Count(u64, u64),
    /// Any number.
    Number(f64, f64),
}

/// A parameter's default.
#[derive(Clone, Copy, Debug)]
pub enum Default {
    /// This number.
    Is(f64),
    /// As many as there are usable CPUs.
    UsableCpus,
}

impl Param {
    /// Its value if the reader says nothing.
    pub fn default(&self, full: bool) -> f64 {
        match (self.full.filter(|_| full), self.default) {
            (Some(number), _) | (None, Default::Is(number)) => number,
            (None, Default::UsableCpus) => machine::usable_cpus() as f64,
        }
    }

    /// Reads what the reader typed.
    ///
    /// # Errors
    /// A message that names the bounds.
    pub fn parse(&self, text: &str) -> Result<f64, String> {
        let (number, low, high) = match self.kind {
            Kind::Count(low, high) => {
                let number = text.parse::<u64>().map(|number| number as f64).ok();
                (number, low as f64, high as f64)
            }
            Kind::Number(low, high) => (text.parse::<f64>().ok(), low, high),
        };
        let kind = match self.kind {
            Kind::Count(..) => "a whole number",
            Kind::Number(..) => "a number",
        };
        number.filter(|number| (low..=high).contains(number)).ok_or_else(|| {
            let unit = match self.unit {
                "" => String::new(),
                unit => format!(", in {unit}, and is given without that"),
            };
            format!("it must be {kind} from {low} to {high}{unit}")
        })
    }

    /// The parameter with the value that it ran with.
    pub fn set(&self, number: f64) -> Setting {
        let (low, high, whole) = match self.kind {
            Kind::Count(low, high) => (low as f64, high as f64, true),
            Kind::Number(low, high) => (low, high, false),
        };
        Setting {
            name: self.name.to_owned(),
            number,
            default: self.default(false),
            low,
            high,
            whole,
            unit: self.unit.to_owned(),
            help: self.help.to_owned(),
        }
    }
}

/// A parameter as a record keeps it: its declaration, and the value that was used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// [`Param::name`].
    pub name: String,
    /// What it was.
    pub number: f64,
    /// What it is if the reader says nothing.
    pub default: f64,
    /// The least it may be.
    pub low: f64,
    /// The most it may be.
    pub high: f64,
    /// Whether only whole numbers are allowed.
    pub whole: bool,
    /// [`Param::unit`].
    pub unit: String,
    /// [`Param::help`].
    pub help: String,
}

impl Setting {
    /// The value, as something that a page can refer to.
    pub fn value(&self) -> Option<Value> {
        self.number.is_finite().then(|| Value::exact(self.number, Unit::Count))
    }
}

/// What the reader asked for, or the defaults.
#[derive(Clone, Debug)]
pub struct Settings {
    settings: BTreeMap<String, Setting>,
}

impl Settings {
    /// Collects settings.
    pub fn new(settings: impl IntoIterator<Item = Setting>) -> Settings {
        let named = settings.into_iter().map(|setting| (setting.name.clone(), setting));
        Settings { settings: named.collect() }
    }

    /// A parameter's number.
    ///
    /// # Panics
    /// If the chapter never declared it: that is a slip in its code, which any run shows.
    pub fn number(&self, name: &str) -> f64 {
        self.only(&[name])[0].number
    }

    /// A parameter's whole number.
    ///
    /// # Panics
    /// As [`Settings::number`].
    pub fn count(&self, name: &str) -> usize {
        self.number(name) as usize
    }

    /// The settings called `names`, for an experiment's record.
    ///
    /// # Panics
    /// As [`Settings::number`].
    pub fn only(&self, names: &[&str]) -> Vec<Setting> {
        let find = |name: &&str| {
            let found = self.settings.get(*name);
            found
                .unwrap_or_else(|| panic!("the chapter declares no parameter `{name}`"))
                .clone()
        };
        names.iter().map(find).collect()
    }
}
