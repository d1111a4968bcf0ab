//! What a whole program does at one moment, told from what its threads do.

use super::wait::Wait;

/// What one thread does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// It runs, or could.
    Runs,
    /// It waits.
    Waits(Wait),
}

/// What a program does at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// How many threads run, or could.
    pub running: usize,
    /// If none does, what it waits for.
    pub wait: Option<Wait>,
    /// What else could be said: another kind of wait than that one.
    pub also: Option<Wait>,
}

/// What a program does whose threads do these things; `true` for those of its first process.
///
/// One that runs is what the program does. If none does, a wait that has its reason outside of the
/// program tells more than one for another thread of it; and what the first process itself waits
/// for tells most, as it is the one that somebody asked about.
pub fn moment(threads: impl Iterator<Item = (bool, Doing)>) -> Moment {
    let mut running = 0;
    let mut seen = [false; Wait::ALL.len()];
    let mut first = [false; Wait::ALL.len()];
    for (is_first, doing) in threads {
        match doing {
            Doing::Runs => running += 1,
            Doing::Waits(wait) => {
                seen[wait.index()] = true;
                first[wait.index()] |= is_first;
            }
        }
    }
    if running > 0 {
        return Moment { running, wait: None, also: None };
    }
    let all = || Wait::ALL.into_iter().filter(|wait| seen[wait.index()]);
    let direct = Wait::ALL.into_iter().find(|it| first[it.index()] && it.is_io());
    let wait = direct.or_else(|| all().next());
    let differs = |other: &Wait| {
        wait.is_some_and(|wait| {
            wait.is_io() != other.is_io() || wait.is_sleep() != other.is_sleep()
        })
    };
    // That threads wait for each other, or for children, is explained by the others.
    let tells = |it: &Wait| !matches!(it, Wait::Futex | Wait::Event | Wait::Child);
    let also = all().filter(tells).find(differs);
    Moment { running, wait, also }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: bool = true;

    fn of(threads: &[(bool, Wait)]) -> Moment {
        moment(threads.iter().map(|(first, wait)| (*first, Doing::Waits(*wait))))
    }

    #[test]
    fn one_that_runs_is_what_the_program_does() {
        let threads = [
            (FIRST, Doing::Waits(Wait::Futex)),
            (false, Doing::Runs),
            (false, Doing::Runs),
        ];
        assert_eq!(
            moment(threads.into_iter()),
            Moment { running: 2, wait: None, also: None }
        );
    }

    #[test]
    fn a_shell_that_waits_does_what_its_child_does() {
        let told = of(&[(FIRST, Wait::Child), (false, Wait::Network)]);
        assert_eq!((told.wait, told.also), (Some(Wait::Network), None));
        let told = of(&[(FIRST, Wait::Child), (false, Wait::Time)]);
        assert_eq!((told.wait, told.also), (Some(Wait::Time), None));
    }

    #[test]
    fn a_main_thread_that_joins_others_waits_for_what_they_wait_for() {
        let told =
            of(&[(FIRST, Wait::Futex), (FIRST, Wait::Disk), (FIRST, Wait::Disk)]);
        assert_eq!((told.wait, told.also), (Some(Wait::Disk), None));
    }

    #[test]
    fn a_clock_beside_a_network_leaves_a_doubt() {
        let told = of(&[(FIRST, Wait::Network), (FIRST, Wait::Time)]);
        assert_eq!((told.wait, told.also), (Some(Wait::Network), Some(Wait::Time)));
    }

    #[test]
    fn the_first_process_is_the_one_that_was_asked_about() {
        let reader = of(&[(FIRST, Wait::Within), (false, Wait::Time)]);
        assert_eq!((reader.wait, reader.also), (Some(Wait::Within), Some(Wait::Time)));
        let both =
            of(&[(FIRST, Wait::Child), (false, Wait::Within), (false, Wait::Time)]);
        assert_eq!((both.wait, both.also), (Some(Wait::Time), Some(Wait::Within)));
    }

    #[test]
    fn a_program_without_threads_does_nothing() {
        let told = moment(std::iter::empty());
        assert_eq!(told, Moment { running: 0, wait: None, also: None });
    }
}
