//! Who is next: a queue that spares each host.
//!
//! Hosts take turns. One with many pages in the list, or a slow one, holds up nobody else.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use tokio::time::Instant;

/// Jobs that wait, by host.
pub struct Queue<J> {
    /// So many jobs of one host may be under way at once.
    per_host: usize,
    hosts: HashMap<String, Host<J>>,
    /// The hosts that have a job waiting and may begin it, in turn.
    ready: VecDeque<String>,
    /// Jobs that must not begin before their time, and a number to tell them apart.
    later: BTreeMap<(Instant, u64), (String, J)>,
    /// Hosts of which no job may begin before a time.
    paused: HashMap<String, Instant>,
    /// The same in the order of time. One that was paused again for longer is in it twice.
    pauses: BTreeSet<(Instant, String)>,
    added: u64,
    waiting: usize,
}

struct Host<J> {
    waiting: VecDeque<J>,
    under_way: usize,
}

impl<J> Queue<J> {
    /// An empty queue.
    #[must_use]
    pub fn new(per_host: usize) -> Self {
        Self {
            per_host,
            hosts: HashMap::new(),
            ready: VecDeque::new(),
            later: BTreeMap::new(),
            paused: HashMap::new(),
            pauses: BTreeSet::new(),
            added: 0,
            waiting: 0,
        }
    }

    /// How many jobs wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting + self.later.len()
    }

    /// Whether none does.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds a job behind the others of its host.
    pub fn add(&mut self, host: &str, job: J) {
        self.add_with(host, |waiting| waiting.push_back(job));
    }

    /// Adds a job before the others of its host: it has waited already.
    pub fn add_first(&mut self, host: &str, job: J) {
        self.add_with(host, |waiting| waiting.push_front(job));
    }

    fn add_with(&mut self, name: &str, add: impl FnOnce(&mut VecDeque<J>)) {
        let empty = || Host { waiting: VecDeque::new(), under_way: 0 };
        let host = self.hosts.entry(name.to_owned()).or_insert_with(empty);
        add(&mut host.waiting);
        self.waiting += 1;
        if host.waiting.len() == 1 {
            self.offer(name);
        }
    }

    /// Lets a host, which is not among those yet, take its turn, if a job of it may begin.
    fn offer(&mut self, name: &str) {
        let may_begin = self.hosts.get(name).is_some_and(|host| {
            !host.waiting.is_empty() && host.under_way < self.per_host
        });
        if may_begin && !self.paused.contains_key(name) {
            self.ready.push_back(name.to_owned());
        }
    }

    /// Lets no job of a host begin before its time. Of two pauses, the longer one counts.
    pub fn pause(&mut self, host: &str, until: Instant) {
        if self.paused.get(host).is_none_or(|time| *time < until) {
            self.paused.insert(host.to_owned(), until);
            self.pauses.insert((until, host.to_owned()));
            self.ready.retain(|name| name != host);
        }
    }

    /// Ends the pauses that are over.
    fn end_pauses(&mut self, now: Instant) {
        while self.pauses.first().is_some_and(|(time, _)| *time <= now) {
            let Some((time, host)) = self.pauses.pop_first() else { return };
            if self.paused.get(&host) == Some(&time) {
                self.paused.remove(&host);
                self.offer(&host);
            }
        }
    }

    /// Adds a job that must not begin before its time.
    pub fn add_later(&mut self, host: &str, job: J, time: Instant) {
        self.added += 1;
        self.later.insert((time, self.added), (host.to_owned(), job));
    }

    /// When the next of those jobs may begin, or the next pause ends.
    #[must_use]
    pub fn wakes(&self) -> Option<Instant> {
        let later = self.later.first_key_value().map(|((time, _), _)| *time);
        let pause = self.pauses.first().map(|(time, _)| *time);
        later.into_iter().chain(pause).min()
    }

    /// A job that may begin now. Its host is told by [`Queue::done`] when it has ended.
    pub fn next(&mut self, now: Instant) -> Option<(String, J)> {
        while self.later.first_key_value().is_some_and(|((time, _), _)| *time <= now) {
            let (_, (host, job)) = self.later.pop_first()?;
            self.add_first(&host, job);
        }
        self.end_pauses(now);
        let name = self.ready.pop_front()?;
        let host = self.hosts.get_mut(&name)?;
        let job = host.waiting.pop_front()?;
        self.waiting -= 1;
        host.under_way += 1;
        self.offer(&name);
        Some((name, job))
    }

    /// A job of this host has ended.
    pub fn done(&mut self, name: &str) {
        let Some(host) = self.hosts.get_mut(name) else { return };
        host.under_way -= 1;
        if host.waiting.is_empty() && host.under_way == 0 {
            self.hosts.remove(name);
        } else if host.under_way == self.per_host - 1 {
            self.offer(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hosts_take_turns_and_none_has_more_than_its_share() {
        let (mut queue, now) = (Queue::new(2), Instant::now());
        for job in 0..5 {
            queue.add("a", job);
        }
        queue.add("b", 5);
        let mut next = || queue.next(now).map(|(_, job)| job);
        assert_eq!([next(), next(), next(), next()], [Some(0), Some(5), Some(1), None]);
        queue.done("a");
        assert_eq!(queue.next(now), Some(("a".into(), 2)));
        assert_eq!(queue.len(), 2);
    }

    #[test]
    fn what_is_for_later_waits_for_its_time() {
        let (mut queue, now) = (Queue::new(1), Instant::now());
        let second = Duration::from_secs(1);
        queue.add_later("a", 2, now + 2 * second);
        queue.add_later("a", 1, now + second);
        assert_eq!((queue.next(now), queue.wakes()), (None, Some(now + second)));
        assert_eq!(queue.next(now + second), Some(("a".into(), 1)));
        queue.done("a");
        assert_eq!(queue.next(now + 5 * second), Some(("a".into(), 2)));
        assert!(queue.is_empty() && queue.wakes().is_none());
    }

    #[test]
    fn a_host_that_is_paused_holds_up_nobody_else() {
        let (mut queue, now) = (Queue::new(2), Instant::now());
        let second = Duration::from_secs(1);
        for job in 0..3 {
            queue.add("a", job);
        }
        queue.add("b", 3);
        assert_eq!(queue.next(now), Some(("a".into(), 0)));
        for seconds in [1, 2, 1] {
            queue.pause("a", now + seconds * second);
        }
        queue.add("a", 4);
        queue.add_later("a", 5, now + second);
        assert_eq!(queue.next(now), Some(("b".into(), 3)));
        queue.done("a");
        assert_eq!((queue.next(now), queue.wakes()), (None, Some(now + second)));
        assert_eq!(queue.next(now + second), None, "the longer pause counts");
        assert_eq!(queue.wakes(), Some(now + 2 * second));
        assert_eq!(queue.next(now + 2 * second), Some(("a".into(), 5)));
        assert_eq!(queue.next(now + 2 * second), Some(("a".into(), 1)));
        assert_eq!(queue.next(now + 2 * second), None, "its share");
        assert!(queue.wakes().is_none() && queue.paused.is_empty());
    }

    proptest! {
        /// Whatever comes in whatever order, each job comes out once, within its host's share.
        #[test]
        fn each_job_comes_out_once(
            per_host in 1_usize..4,
            steps in prop::collection::vec((0_u8..5, 0_u8..3), 0..200),
        ) {
            let (mut queue, now) = (Queue::new(per_host), Instant::now());
            let later = now + Duration::from_secs(1);
            let (mut added, mut out) = (0, Vec::new());
            let mut under_way: HashMap<String, usize> = HashMap::new();
            for (step, host) in steps {
                let host = host.to_string();
                match step {
                    0 | 1 => {
                        queue.add(&host, added);
                        added += 1;
                    }
                    2 => if let Some((host, job)) = queue.next(now) {
                        prop_assert!(!queue.paused.contains_key(&host));
                        out.push(job);
                        *under_way.entry(host).or_default() += 1;
                    },
                    3 => queue.pause(&host, later),
                    _ => if under_way.get(&host).is_some_and(|count| *count > 0) {
                        queue.done(&host);
                        *under_way.entry(host).or_default() -= 1;
                    },
                }
                prop_assert!(under_way.values().all(|count| *count <= per_host));
                prop_assert_eq!(queue.len(), added - out.len());
            }
            for (host, count) in under_way {
                (0..count).for_each(|_| queue.done(&host));
            }
            while let Some((host, job)) = queue.next(later) {
                out.push(job);
                queue.done(&host);
            }
            out.sort_unstable();
            prop_assert_eq!(out, (0..added).collect::<Vec<_>>());
            prop_assert!(queue.hosts.is_empty() && queue.ready.is_empty());
            prop_assert!(queue.paused.is_empty() && queue.pauses.is_empty());
        }
    }
}
