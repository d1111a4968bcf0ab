//! What a source says, the bound that would show it, and the verdict of a run.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    record::Experiment,
    trial::ROUNDS,
    value::{Unit, Value},
};

/// What we make of a source's statement, given that our measurement holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is so.
    Confirmed,
    /// It is so where the condition holds.
    TrueWithACondition,
    /// It was so.
    Outdated,
    /// The words are right and the picture they give is wrong.
    Misleading,
    /// It is not so.
    False,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Confirmed => "confirmed",
            Verdict::TrueWithACondition => "true, with a condition",
            Verdict::Outdated => "outdated",
            Verdict::Misleading => "misleading",
            Verdict::False => "false",
        })
    }
}

/// Where the measured median must lie for our verdict to stand.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// This much or more.
    AtLeast(f64),
    /// This much or less.
    AtMost(f64),
    /// From the first to the second, both included.
    Between(f64, f64),
}

impl Bound {
    /// Whether `number` is within the bound.
    pub fn holds(self, number: f64) -> bool {
        match self {
            Bound::AtLeast(low) => number >= low,
            Bound::AtMost(high) => number <= high,
            Bound::Between(low, high) => (low..=high).contains(&number),
        }
    }

    /// Whether the middle half of the samples lies partly within the bound and partly outside.
    fn splits(self, value: &Value) -> bool {
        self.holds(value.q1) != self.holds(value.q3)
            || self.holds(value.median) != self.holds(value.q1)
    }

    /// The bound for `cpus` CPUs, if this is one for each.
    fn times(self, cpus: usize) -> Bound {
        let times = |number| number * cpus as f64;
        match self {
            Bound::AtLeast(low) => Bound::AtLeast(times(low)),
            Bound::AtMost(high) => Bound::AtMost(times(high)),
            Bound::Between(low, high) => Bound::Between(times(low), times(high)),
        }
    }

    /// The bound in words, in the unit of the value: `at least 1.6×`.
    pub fn show(self, unit: Unit) -> String {
        let show = |number| Value::exact(number, unit).show_plain();
        match self {
            Bound::AtLeast(low) => format!("at least {}", show(low)),
            Bound::AtMost(high) => format!("at most {}", show(high)),
            Bound::Between(low, high) if low == high => {
                format!("exactly {}", show(low))
            }
            Bound::Between(low, high) => {
                format!("from {} to {}", show(low), show(high))
            }
        }
    }
}

/// A statement of a source, with the measurement that confirms or corrects it.
///
/// A chapter declares one for every row of the ledger that names it.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// Its number in the ledger, such as `C06`.
    pub id: &'static str,
    /// Which of the five sources say it, such as `S0, S4`.
    pub source: &'static str,
    /// What they say, in our words.
    pub says: &'static str,
    /// What we make of it, if the bound holds.
    pub verdict: Verdict,
    /// Why, in one or two sentences.
    pub because: &'static str,
    /// The experiment and value that decide, such as `pool.threads.speedup`.
    pub measure: &'static str,
    /// What that value is, in words: "speed-up of two threads".
    pub what: &'static str,
    /// Where it must lie.
    pub bound: Bound,
    /// The bound is for each usable CPU: `AtLeast(0.85)` is 1.7 on two.
    pub per_cpu: bool,
    /// A timing is not judged on a noisy machine; what was counted always is.
    pub timing: bool,
    /// It is about Python, so it is not measured without one.
    pub python: bool,
    /// It is about so many CPUs or more, so it is not measured with fewer.
    pub least_cpus: usize,
    /// What must hold besides.
    pub also: &'static [Condition],
}

/// One more value that decides a claim.
#[derive(Clone, Copy, Debug)]
pub struct Condition {
    /// As [`Claim::measure`].
    pub measure: &'static str,
    /// As [`Claim::what`].
    pub what: &'static str,
    /// As [`Claim::bound`], and for each CPU if that is.
    pub bound: Bound,
}

/// What a run says about our verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    /// The measured value is within the bound.
    Yes,
    /// It is outside.
    No,
    /// It is a timing, and the machine was too noisy to judge by, or the rounds disagree; the text
    /// says which.
    Inconclusive(String),
    /// It was not measured; the text says why.
    NotMeasured(String),
}

impl fmt::Display for Holds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Holds::Yes => "holds",
            Holds::No => "does not hold",
            Holds::Inconclusive(_) => "inconclusive",
            Holds::NotMeasured(_) => "not measured",
        })
    }
}

/// A claim with what one run measured for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judged {
    /// [`Claim::id`].
    pub id: String,
    /// [`Claim::source`].
    pub source: String,
    /// [`Claim::says`].
    pub says: String,
    /// [`Claim::verdict`].
    pub verdict: Verdict,
    /// [`Claim::because`].
    pub because: String,
    /// [`Claim::measure`].
    pub measure: String,
    /// [`Claim::what`].
    pub what: String,
    /// [`Claim::bound`].
    pub bound: Bound,
    /// What was measured, if it was.
    pub value: Option<Value>,
    /// [`Claim::also`], with what was measured.
    pub also: Vec<Also>,
    /// Whether our verdict stands on this machine.
    pub holds: Holds,
}

/// A [`Condition`] with what one run measured for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Also {
    /// [`Condition::measure`].
    pub measure: String,
    /// [`Condition::what`].
    pub what: String,
    /// [`Condition::bound`].
    pub bound: Bound,
    /// What was measured, if it was.
    pub value: Option<Value>,
}

impl Claim {
    /// What most claims about a timing share; the rest is to be filled in.
    pub const TIMED: Claim = Claim {
        id: "",
        source: "",
        says: "",
        verdict: Verdict::Confirmed,
        because: "",
        measure: "",
        what: "",
        bound: Bound::AtLeast(0.0),
        per_cpu: false,
        timing: true,
        python: false,
        least_cpus: 1,
        also: &[],
    };

    /// The same for claims about what was counted.
    pub const COUNTED: Claim = Claim { timing: false, ..Claim::TIMED };

    /// Judges the claim by the experiments of one run on a machine with `cpus` usable CPUs.
    pub fn judge(&self, experiments: &[Experiment], cpus: usize) -> Judged {
        let bound = |bound: Bound| if self.per_cpu { bound.times(cpus) } else { bound };
        let (value, mut noise) = look_up(self.measure, experiments);
        for condition in self.also {
            noise = noise.or(look_up(condition.measure, experiments).1);
        }
        let also = self.also.iter().map(|condition| Also {
            measure: condition.measure.to_owned(),
            what: condition.what.to_owned(),
            bound: bound(condition.bound),
            value: look_up(condition.measure, experiments).0,
        });
        let mut judged = Judged {
            id: self.id.to_owned(),
            source: self.source.to_owned(),
            says: self.says.to_owned(),
            verdict: self.verdict,
            because: self.because.to_owned(),
            measure: self.measure.to_owned(),
            what: self.what.to_owned(),
            bound: bound(self.bound),
            value,
            also: also.collect(),
            holds: Holds::Yes,
        };
        judged.holds = match noise.filter(|_| self.timing) {
            _ if cpus < self.least_cpus => {
                Holds::NotMeasured(format!("it needs {} CPUs", self.least_cpus))
            }
            _ if self.python && !self.was_run(experiments) => {
                Holds::NotMeasured("it needs --python".to_owned())
            }
            _ if !judged.is_measured() => {
                Holds::NotMeasured(match self.left_out(experiments) {
                    Some(id) => format!("the experiment {id} was left out"),
                    None => "not measured in this run".to_owned(),
                })
            }
            Some(noise) => Holds::Inconclusive(noise),
            None => judged.by_its_values(self.timing),
        };
        judged
    }

    /// Whether there is the experiment that decides.
    pub(crate) fn was_run(&self, experiments: &[Experiment]) -> bool {
        is_there(self.measure, experiments)
    }

    /// Whether the experiment of this name decides, or is one of the conditions.
    pub(crate) fn needs(&self, experiment: &str) -> bool {
        self.measures().any(|path| path.split('.').next() == Some(experiment))
    }

    /// An experiment that the claim needs, and that is not there.
    fn left_out(&self, experiments: &[Experiment]) -> Option<&'static str> {
        self.measures().find(|path| !is_there(path, experiments))?.split('.').next()
    }

    fn measures(&self) -> impl Iterator<Item = &'static str> {
        let also = self.also.iter().map(|condition| condition.measure);
        [self.measure].into_iter().chain(also)
    }
}

impl Judged {
    /// The claim's own value, then its conditions.
    fn values(&self) -> impl Iterator<Item = (&Option<Value>, Bound)> {
        let conditions = self.also.iter().map(|also| (&also.value, also.bound));
        [(&self.value, self.bound)].into_iter().chain(conditions)
    }

    fn is_measured(&self) -> bool {
        self.values().all(|(value, _)| value.is_some())
    }

    /// One value outside its bound refutes. A timing whose rounds disagree does neither.
    fn by_its_values(&self, timing: bool) -> Holds {
        let mut holds = Holds::Yes;
        for (value, bound) in self.values() {
            match value {
                Some(value) if timing && bound.splits(value) => {
                    let why = "the rounds lie on both sides of the bound";
                    holds = Holds::Inconclusive(why.to_owned());
                }
                Some(value) if timing && bound.holds(value.median) => {}
                // What is counted has to be so in every round.
                Some(value) if bound.holds(value.min) && bound.holds(value.max) => {}
                _ => return Holds::No,
            }
        }
        holds
    }
}

/// Whether there is the experiment in which `path` begins.
fn is_there(path: &str, experiments: &[Experiment]) -> bool {
    let id = path.split('.').next();
    experiments.iter().any(|experiment| Some(experiment.id.as_str()) == id)
}

/// The value at `path`, and why timings of its experiment are not judged, if they are not: because
/// of noise, or because there are too few of them.
fn look_up(path: &str, experiments: &[Experiment]) -> (Option<Value>, Option<String>) {
    let parts: Vec<&str> = path.split('.').collect();
    let Some(experiment) = experiments.iter().find(|one| one.id == parts[0]) else {
        return (None, None);
    };
    let value = match parts[1..] {
        [name] => experiment.value(name).ok(),
        [series, name] => experiment.series(series).and_then(|s| s.value(name).ok()),
        _ => None,
    };
    let few = || {
        (experiment.rounds < ROUNDS)
            .then(|| format!("there were fewer than {ROUNDS} rounds"))
    };
    (value, experiment.noise.withheld.clone().or_else(few))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::record::Noise;

    const CLAIM: Claim = Claim {
        id: "C01",
        source: "S0",
        measure: "pool.gain",
        what: "gain",
        bound: Bound::AtLeast(0.8),
        per_cpu: true,
        ..Claim::TIMED
    };

    fn experiment(gain: f64, withheld: Option<&str>) -> Experiment {
        let noise = Noise {
            cpus: Value::exact(2.0, Unit::Ratio),
            delay: None,
            withheld: withheld.map(str::to_owned),
        };
        Experiment {
            id: "pool".to_owned(),
            title: String::new(),
            settings: Vec::new(),
            rounds: ROUNDS,
            noise,
            values: BTreeMap::from([(
                "gain".to_owned(),
                Value::exact(gain, Unit::Ratio),
            )]),
            series: Vec::new(),
            chart: None,
        }
    }

    #[test]
    fn a_bound_for_each_cpu_grows_with_the_machine() {
        let holds = |cpus| CLAIM.judge(&[experiment(1.7, None)], cpus).holds;
        assert_eq!((holds(2), holds(4)), (Holds::Yes, Holds::No));
    }

    #[test]
    fn noise_withholds_a_timing_and_not_a_count() {
        let noisy = [experiment(9.0, Some("busy"))];
        assert_eq!(
            CLAIM.judge(&noisy, 2).holds,
            Holds::Inconclusive("busy".to_owned())
        );
        assert_eq!(Claim { timing: false, ..CLAIM }.judge(&noisy, 2).holds, Holds::Yes);
    }

    #[test]
    fn a_timing_is_not_judged_where_its_rounds_disagree() {
        let rounds = |samples: &[f64], timing| {
            let mut experiment = experiment(0.0, None);
            let gain = Value::of(samples, Unit::Ratio).expect("samples are finite");
            experiment.values.insert("gain".to_owned(), gain);
            Claim { timing, ..CLAIM }.judge(&[experiment], 2).holds
        };
        let split = [1.3, 1.5, 1.7, 1.8, 1.9];
        assert!(matches!(rounds(&split, true), Holds::Inconclusive(_)));
        // What is counted has to be so in every round.
        assert_eq!(rounds(&split, false), Holds::No);
        assert_eq!(rounds(&[1.6, 1.7, 1.9], false), Holds::Yes);
        // One round that differs is no disagreement.
        assert_eq!(rounds(&[1.3, 1.7, 1.7, 1.8, 1.9], true), Holds::Yes);
        assert_eq!(rounds(&[1.3, 1.3, 1.4, 1.5, 1.9], true), Holds::No);
    }

    #[test]
    fn a_claim_stands_only_with_all_its_conditions() {
        let holds = |bound| {
            let also: &'static [Condition] =
                vec![Condition { measure: "pool.gain", what: "gain", bound }].leak();
            Claim { also, ..CLAIM }.judge(&[experiment(1.7, None)], 2).holds
        };
        assert_eq!(holds(Bound::AtMost(0.9)), Holds::Yes);
        assert_eq!(holds(Bound::AtMost(0.8)), Holds::No);
    }

    #[test]
    fn a_claim_about_two_cpus_is_not_judged_on_one() {
        let claim = Claim { least_cpus: 2, ..CLAIM };
        let holds = claim.judge(&[experiment(1.7, None)], 1).holds;
        assert_eq!(holds, Holds::NotMeasured("it needs 2 CPUs".to_owned()));
    }

    #[test]
    fn what_was_not_run_is_not_measured_and_says_why() {
        let missing = |claim: Claim, ran: &[Experiment]| match claim.judge(ran, 2).holds
        {
            Holds::NotMeasured(why) => why,
            other => panic!("{other}"),
        };
        let python = Claim { python: true, ..CLAIM };
        assert_eq!(missing(python, &[]), "it needs --python");
        assert_eq!(missing(CLAIM, &[]), "the experiment pool was left out");
        // There is a Python, and it does not tell.
        let python = Claim { measure: "pool.silent", ..python };
        let ran = [experiment(1.7, None)];
        assert_eq!(missing(python, &ran), "not measured in this run");
    }
}
