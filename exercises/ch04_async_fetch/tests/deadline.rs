//! Does it hand in what came in time, and leave nobody behind?

use std::time::Duration;

use harness::{Server, check, equal, variant, virtual_time};
use tokio::{runtime::Handle, time::Instant, time::sleep};

#[path = "../src/deadline.rs"]
mod deadline;

const MS: Duration = Duration::from_millis(1);

/// Fetches twelve pages, of which each third takes `more`. Returns what came, how long it took, and
/// how many tasks were left then, and a moment later.
fn fetch(limit: Duration, more: Duration) -> (Vec<Option<u32>>, Duration, [usize; 2]) {
    let takes = |page| MS * page + if page % 3 == 0 { more } else { MS };
    let fetches = (0..12).map(|page| Server::new().fetch(page, takes(page))).collect();
    virtual_time(async {
        let (began, runtime) = (Instant::now(), Handle::current().metrics());
        let came = deadline::within(limit, fetches).await;
        let (took, left) = (began.elapsed(), runtime.num_alive_tasks());
        sleep(MS).await;
        (came, took, [left, runtime.num_alive_tasks()])
    })
}

fn limit() -> Duration {
    MS * variant().between(100..=300) as u32
}

#[check]
fn every_page_that_came_in_time_is_handed_in() {
    let (came, ..) = fetch(limit(), limit() * 2);
    let pages = (0..12).map(|page| (page % 3 > 0).then_some(page)).collect();
    equal("what came", came, pages, "whoever is late costs nobody else's page");
}

#[check]
fn it_is_over_with_the_last_page_or_at_the_deadline() {
    let (_, took, _) = fetch(limit(), limit() * 2);
    let idea = match took < limit() {
        true => "a call that blocks stops the thread, and all its tasks with it",
        false => "it is one deadline for all fetches, from when they began",
    };
    equal("the wait for pages that come too late", took, limit(), idea);
    let (_, took, _) = fetch(limit(), MS);
    let idea = "when all pages are there, nobody waits for the deadline";
    equal("the wait for pages in time", took, MS * 12, idea);
}

#[check]
fn nobody_is_left_behind() {
    let (_, _, [left, later]) = fetch(limit(), limit() * 2);
    let idea = match later {
        0 => "`abort` only asks a task to end: await it, and it has ended",
        _ => "a task goes on without its handle: end it, or have it end itself",
    };
    equal("the tasks left when it returns", left, 0, idea);
}
