//! Every item once, whatever the numbers.

use ch03_producer_consumer::{
    channel::channel,
    many::{Account, account, run},
};

#[test]
fn every_item_of_every_producer_is_used_once_and_in_its_order() {
    for (producers, consumers, places) in [(1, 1, 1), (2, 3, 1), (2, 3, 8), (4, 1, 2)] {
        let (sender, receiver) = channel(places);
        let puts = (0..producers).map(|_| {
            let sender = sender.clone();
            move |item| assert!(sender.send(item).is_ok())
        });
        let takes = (0..consumers).map(|_| {
            let receiver = receiver.clone();
            move || receiver.receive()
        });
        let (puts, takes) = (puts.collect(), takes.collect());
        drop((sender, receiver));
        let got = run(puts, 500, takes).unwrap();
        let expected = Account { put: producers * 500, ..Account::default() };
        assert_eq!(account(&got, producers, 500), expected);
    }
}

#[test]
fn what_is_lost_doubled_or_overtaken_is_counted() {
    let got = [vec![(0, 1), (0, 0)], vec![(1, 0), (0, 1)]];
    let expected = Account { put: 4, lost: 1, doubled: 1, overtaken: 1 };
    assert_eq!(account(&got, 2, 2), expected);
}
