//! Which logs there can be.

use std::collections::BTreeSet;

use ch03_producer_consumer::order::{Line, always_before, impossible, possible_logs};

/// The log that the source shows, without "done" of the consumer, which always follows its last line.
fn printed() -> Vec<Line> {
    use Line::*;
    vec![
        Makes(0),
        Uses(0),
        Makes(1),
        Uses(1),
        Makes(2),
        Makes(3),
        Uses(2),
        Makes(4),
        ProducerEnds,
        Uses(3),
        Uses(4),
        NothingMore,
        AllDone,
    ]
}

#[test]
fn the_printed_log_is_possible_and_some_of_its_lines_can_be_swapped() {
    let log = printed();
    assert_eq!(impossible(&log), None);
    // Neighbours that can be swapped are those of which neither always comes first.
    for at in 1..log.len() {
        let mut swapped = log.clone();
        swapped.swap(at - 1, at);
        let can = !always_before(log[at - 1], log[at]);
        assert_eq!(impossible(&swapped).is_none(), can, "{:?}", &log[at - 1..=at]);
    }
    let swappable = (1..log.len()).filter(|at| !always_before(log[at - 1], log[*at]));
    // Uses 0 with Makes 1, Uses 1 with Makes 2, Makes 3 with Uses 2, Uses 2 with Makes 4, the
    // producer's end with Uses 3.
    assert_eq!(swappable.collect::<Vec<_>>(), [2, 4, 6, 7, 9]);
}

#[test]
fn a_log_in_which_something_is_used_before_it_is_made_is_not() {
    use Line::*;
    assert_eq!(impossible(&[Uses(0), Makes(0)]), Some((Uses(0), Makes(0))));
    assert_eq!(impossible(&[Makes(0), AllDone, Uses(0)]), Some((AllDone, Uses(0))));
}

#[test]
fn as_many_logs_are_possible_as_one_finds_by_trying_all_of_them() {
    for items in 0..4 {
        assert_eq!(possible_logs(items), all_logs(items).len() as u64, "{items}");
    }
}

/// All shuffles of both lists that are possible, by brute force.
fn all_logs(items: usize) -> BTreeSet<Vec<Line>> {
    let producer: Vec<Line> =
        (0..items).map(Line::Makes).chain([Line::ProducerEnds]).collect();
    let consumer: Vec<Line> =
        (0..items).map(Line::Uses).chain([Line::NothingMore]).collect();
    let length = producer.len() + consumer.len();
    let shuffle = |choice: u32| {
        let (mut makes, mut uses) = (producer.iter(), consumer.iter());
        let line =
            |bit| if choice >> bit & 1 == 1 { makes.next() } else { uses.next() };
        (0..length).map(line).collect::<Option<Vec<_>>>()
    };
    let shuffles = (0..1_u32 << length).filter_map(|choice| {
        Some(shuffle(choice)?.into_iter().copied().collect::<Vec<_>>())
    });
    shuffles.filter(|log| impossible(log).is_none()).collect()
}
