//! Which lines of the log of a producer and a consumer can come in another order, and which never.

/// A line of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Line {
    /// The producer makes an item. It puts it into the queue afterwards.
    Makes(usize),
    /// The producer has put its last item.
    ProducerEnds,
    /// The consumer has taken an item.
    Uses(usize),
    /// The consumer has learned that nothing more will come.
    NothingMore,
    /// Both are done.
    AllDone,
}

// ANCHOR: order
/// Whether `first` comes before `second` in every log there can be.
#[must_use]
pub fn always_before(first: Line, second: Line) -> bool {
    use Line::*;
    match (first, second) {
        // Each of the two does one thing after the other.
        (Makes(a), Makes(b)) | (Uses(a), Uses(b)) => a < b,
        (Makes(_), ProducerEnds) | (Uses(_), NothingMore) => true,
        // Nobody uses what has not been made.
        (Makes(a), Uses(b)) => a <= b,
        (Makes(_), NothingMore) => true,
        // The end comes after everything.
        (_, AllDone) => first != AllDone,
        _ => false,
    }
}
// ANCHOR_END: order

/// The first two lines of `log` that are in an order in which they can never be.
#[must_use]
pub fn impossible(log: &[Line]) -> Option<(Line, Line)> {
    let after = |at: usize| log[at + 1..].iter().map(move |later| (log[at], *later));
    let mut pairs = (0..log.len()).flat_map(after);
    pairs.find(|(earlier, later)| always_before(*later, *earlier))
}

/// How many different logs of `items` items there can be.
///
/// Both lists of lines are fixed, the producer's and the consumer's; what is free is how they are
/// shuffled into one another. So one counts ways through a grid, one line of either at a step.
#[must_use]
pub fn possible_logs(items: usize) -> u64 {
    let producer: Vec<Line> =
        (0..items).map(Line::Makes).chain([Line::ProducerEnds]).collect();
    let consumer: Vec<Line> =
        (0..items).map(Line::Uses).chain([Line::NothingMore]).collect();
    // ways[c]: of reaching a log with so many lines of the producer and `c` of the consumer.
    let mut ways = vec![0; consumer.len() + 1];
    ways[0] = 1;
    for made in 0..=producer.len() {
        for used in 1..=consumer.len() {
            let missing = producer[made..]
                .iter()
                .any(|line| always_before(*line, consumer[used - 1]));
            let before = if missing { 0 } else { ways[used - 1] };
            ways[used] = before + if made > 0 { ways[used] } else { 0 };
        }
    }
    ways[consumer.len()]
}
