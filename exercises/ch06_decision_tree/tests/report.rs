//! Reports on programs whose answers are known, with numbers of the learner's own.

#[path = "../src/report.rs"]
mod report;
#[path = "scenes/reports.rs"]
mod reports;

use harness::{check, fail, variant};
use report::{Next, next, tells_apart, waits_for};
use reports::{comes_out, every_pair, mentions, reports};

#[check]
fn it_says_what_the_program_waits_for() {
    for known in reports(&mut variant()) {
        let said = waits_for(&known.report);
        if said != known.waits_for {
            let expected = format!("{:?} for what {}", known.waits_for, known.does);
            let idea = match mentions(&known.report, said) {
                true => known.overlooked,
                false => "the report does not mention that at all",
            };
            fail(expected, format_args!("the answer was {said:?}"), idea);
        }
    }
}

#[check]
fn the_experiment_tells_the_two_apart() {
    for report in every_pair() {
        let (one, other) = (report.label, report.runner_up);
        let experiment = tells_apart(&report);
        if let Err(how) = comes_out(experiment, one, other) {
            let expected = format!("an experiment that tells {one:?} from {other:?}");
            let idea = "ask of each label: does it take another time then?";
            fail(expected, format_args!("{experiment:?} {how}"), idea);
        }
    }
}

#[check]
fn who_is_not_sure_tries_first() {
    for known in reports(&mut variant()) {
        let said = next(&known.report);
        let experiment = Next::Try(tells_apart(&known.report));
        let (wanted, idea) = match known.remedy {
            Some(remedy) => (remedy, "the report is sure: do what helps"),
            None => (experiment, "the report is not sure: try before you act"),
        };
        if said != wanted {
            let expected = format!("{wanted:?} for what {}", known.does);
            fail(expected, format_args!("the answer was {said:?}"), idea);
        }
    }
}
