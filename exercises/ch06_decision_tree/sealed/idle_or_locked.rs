//! A lock, or no work?
//!
//! Many threads of a program wait where threads of one program wait for each other. That is all a
//! single look can tell: who waits for a lock and who waits for work is shown alike. Many looks tell
//! more. Say what they wait for, and admit it where nobody can know.

use std::collections::BTreeSet;

/// What a thread did at a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    Runs,
    /// Waits for a network, a disk, or time to pass.
    WaitsOutside,
    /// Waits for other threads, at this place in memory.
    WaitsAt(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// For a lock: one of them has it.
    Lock,
    /// For work, or for what another thread hands to it.
    Work,
    /// The looks would be the same in both cases.
    CannotTell,
}

/// What threads wait for, at places where several do. `looks[i][t]` is thread `t` at look `i`.
pub fn waits_for(looks: &[Vec<Seen>]) -> Answer {
    //@ starter, wrong many_wait
    let waits = |seen: &&Seen| matches!(seen, Seen::WaitsAt(_));
    let most = looks.iter().map(|look| look.iter().filter(waits).count()).max();
    if most > Some(1) { Answer::Lock } else { Answer::Work }
    //@ wrong nobody_runs
    let runs = looks.iter().filter(|look| look.contains(&Seen::Runs)).count();
    if 2 * runs > looks.len() { Answer::Lock } else { Answer::Work }
    //@ wrong any_place
    let waits = |seen: &&Seen| matches!(seen, Seen::WaitsAt(_));
    let all = looks[0].len();
    let one = |look: &&Vec<Seen>| look.iter().filter(waits).count() + 1 == all;
    let alone = looks.iter().filter(one).count();
    let always = |at: usize, seen: Seen| looks.iter().all(|look| look[at] == seen);
    let main_is_out = always(0, Seen::Runs) || always(0, Seen::WaitsOutside);
    match alone * 10 > looks.len() * 8 {
        true if main_is_out => Answer::CannotTell,
        true => Answer::Lock,
        false => Answer::Work,
    }
    //@ solution
    let mut answer = Answer::Work;
    for place in places(looks) {
        let waits = Seen::WaitsAt(place);
        let ever_waits = |at: &usize| looks.iter().any(|look| look[*at] == waits);
        let them: Vec<usize> = (0..looks[0].len()).filter(ever_waits).collect();
        if them.len() < 2 {
            continue;
        }
        let away = |it: &Vec<Seen>| them.iter().filter(|at| it[**at] != waits).count();
        let one_is_away = looks.iter().filter(|look| away(look) == 1).count();
        if one_is_away * 10 > looks.len() * 8 {
            return Answer::Lock;
        }
        if looks.iter().all(|look| away(look) == 0) {
            answer = Answer::CannotTell;
        }
    }
    answer
    //@ wrong often_there
    let mut answer = Answer::Work;
    for place in places(looks) {
        let waits = Seen::WaitsAt(place);
        let often_waits = |at: &usize| {
            2 * looks.iter().filter(|look| look[*at] == waits).count() > looks.len()
        };
        let them: Vec<usize> = (0..looks[0].len()).filter(often_waits).collect();
        if them.len() < 2 {
            continue;
        }
        let away = |it: &Vec<Seen>| them.iter().filter(|at| it[**at] != waits).count();
        let one_is_away = looks.iter().filter(|look| away(look) == 1).count();
        if one_is_away * 10 > looks.len() * 8 {
            return Answer::Lock;
        }
        if looks.iter().all(|look| away(look) == 0) {
            answer = Answer::CannotTell;
        }
    }
    answer
    //@ wrong one_place
    let mut answer = Answer::Work;
    for place in places(looks).last().copied() {
        let waits = Seen::WaitsAt(place);
        let ever_waits = |at: &usize| looks.iter().any(|look| look[*at] == waits);
        let them: Vec<usize> = (0..looks[0].len()).filter(ever_waits).collect();
        if them.len() < 2 {
            continue;
        }
        let away = |it: &Vec<Seen>| them.iter().filter(|at| it[**at] != waits).count();
        let one_is_away = looks.iter().filter(|look| away(look) == 1).count();
        if one_is_away * 10 > looks.len() * 8 {
            return Answer::Lock;
        }
        if looks.iter().all(|look| away(look) == 0) {
            answer = Answer::CannotTell;
        }
    }
    answer
    //@ wrong some_away
    let mut answer = Answer::Work;
    for place in places(looks) {
        let waits = Seen::WaitsAt(place);
        let ever_waits = |at: &usize| looks.iter().any(|look| look[*at] == waits);
        let them: Vec<usize> = (0..looks[0].len()).filter(ever_waits).collect();
        if them.len() < 2 {
            continue;
        }
        let away = |it: &Vec<Seen>| them.iter().filter(|at| it[**at] != waits).count();
        let one_is_away = looks.iter().filter(|look| away(look) >= 1).count();
        if one_is_away * 10 > looks.len() * 8 {
            return Answer::Lock;
        }
        if looks.iter().all(|look| away(look) == 0) {
            answer = Answer::CannotTell;
        }
    }
    answer
    //@ wrong often_one
    let mut answer = Answer::Work;
    for place in places(looks) {
        let waits = Seen::WaitsAt(place);
        let ever_waits = |at: &usize| looks.iter().any(|look| look[*at] == waits);
        let them: Vec<usize> = (0..looks[0].len()).filter(ever_waits).collect();
        if them.len() < 2 {
            continue;
        }
        let away = |it: &Vec<Seen>| them.iter().filter(|at| it[**at] != waits).count();
        let one_is_away = looks.iter().filter(|look| away(look) == 1).count();
        if one_is_away * 10 > looks.len() * 5 {
            return Answer::Lock;
        }
        if looks.iter().all(|look| away(look) == 0) {
            answer = Answer::CannotTell;
        }
    }
    answer
    //@ wrong averages
    let mut answer = Answer::Work;
    for place in places(looks) {
        let waits = Seen::WaitsAt(place);
        let ever_waits = |at: &usize| looks.iter().any(|look| look[*at] == waits);
        let them: Vec<usize> = (0..looks[0].len()).filter(ever_waits).collect();
        if them.len() < 2 {
            continue;
        }
        let away = |it: &Vec<Seen>| them.iter().filter(|at| it[**at] != waits).count();
        let all_together: usize = looks.iter().map(away).sum();
        let on_average = all_together as f64 / looks.len() as f64;
        if (0.8..1.2).contains(&on_average) {
            return Answer::Lock;
        }
        if all_together == 0 {
            answer = Answer::CannotTell;
        }
    }
    answer
    //@ wrong always_sure
    for place in places(looks) {
        let waits = Seen::WaitsAt(place);
        let ever_waits = |at: &usize| looks.iter().any(|look| look[*at] == waits);
        let them: Vec<usize> = (0..looks[0].len()).filter(ever_waits).collect();
        let away = |it: &Vec<Seen>| them.iter().filter(|at| it[**at] != waits).count();
        let one_is_away = looks.iter().filter(|look| away(look) == 1).count();
        if them.len() > 1 && one_is_away * 10 > looks.len() * 8 {
            return Answer::Lock;
        }
    }
    Answer::Work
    //@ end
}

/// The places at which threads wait for others.
fn places(looks: &[Vec<Seen>]) -> BTreeSet<usize> {
    let place = |seen: &Seen| match seen {
        Seen::WaitsAt(place) => Some(*place),
        _ => None,
    };
    looks.iter().flatten().filter_map(place).collect()
}
