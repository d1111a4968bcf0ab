//! Does it hand in what came in time, and leave nobody behind?

use harness::{Server, at_most, check, equal, polls, variant, virtual_time};
use std::time::Duration;
use tokio::{runtime::Handle, time::Instant, time::sleep};

#[path = "../src/deadline.rs"]
mod deadline;

const MS: Duration = Duration::from_millis(1);

/// Fetches twelve pages, of which each third takes `more`. Returns what came, how long it took, and
/// how many tasks were left then, and a moment later.
fn fetch(more: Duration) -> (Vec<Option<u32>>, Duration, [usize; 2]) {
    let takes = |page| MS * page + if page % 3 == 2 { more } else { MS };
    let fetches = (0..12).map(|page| Server::new().fetch(page, takes(page))).collect();
    virtual_time(async {
        let (began, runtime) = (Instant::now(), Handle::current().metrics());
        let (came, polls) = polls(deadline::within(limit(), fetches)).await;
        let (took, left) = (began.elapsed(), runtime.num_alive_tasks());
        at_most("polls", polls, 30, "who waits for a page does not ask now and then");
        sleep(MS).await;
        (came, took, [left, runtime.num_alive_tasks()])
    })
}

fn limit() -> Duration {
    MS * variant().between(100..=300) as u32
}

#[check]
fn every_page_that_came_in_time_is_handed_in() {
    let (came, ..) = fetch(limit() * 2);
    let pages = (0..12).map(|page| (page % 3 < 2).then_some(page)).collect();
    let all = "one that is late takes all others along: each needs the deadline";
    let idea = if came[0].is_none() { all } else { "the next one may be in time" };
    equal("what came", came, pages, idea);
}

#[check]
fn it_is_over_with_the_last_page_or_at_the_deadline() {
    let took = [limit() * 2, MS].map(|more| fetch(more).1);
    let blocks = "a call that blocks stops the thread, and all its tasks with it";
    let idea = "it is one deadline for all fetches, from when they began";
    let idea = if took[0].is_zero() { blocks } else { idea };
    equal("the wait for pages that come too late", took[0], limit(), idea);
    equal("the wait for all pages", took[1], MS * 12, "nobody waits for the deadline");
}

#[check]
fn nobody_is_left_behind() {
    let [late, early] = [limit() * 2, MS].map(|more| fetch(more).2);
    let aborted = "`abort` only asks a task to end: await it, and it has ended";
    let idea = "a task goes on without its handle: end it, or have it end itself";
    let idea = if late[1] == 0 { aborted } else { idea };
    equal("the tasks left when it returns", late[0], 0, idea);
    let idea = "all pages are there, and somebody still waits for the deadline";
    equal("the tasks left when all pages came", early[0], 0, idea);
}
