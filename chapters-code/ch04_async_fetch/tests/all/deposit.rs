//! What is lost on one thread, exactly.

use ch04_async_fetch::deposit;

#[test]
fn with_an_await_in_between_everybody_writes_what_the_first_one_saw() {
    for count in [1, 2, 7, 1000] {
        assert_eq!(deposit::across_an_await(count).unwrap(), 1);
    }
    assert_eq!(deposit::across_an_await(0).unwrap(), 0);
}

#[test]
fn without_one_or_under_a_lock_nothing_is_lost() {
    for count in [0, 1, 7, 1000] {
        assert_eq!(deposit::without_an_await(count).unwrap(), count);
        assert_eq!(deposit::under_a_lock(count).unwrap(), count);
    }
}
