//! What a program did when: strips of a tenth of a second, or of more in a long run.

use serde::Serialize;

use super::{moment::Moment, wait::Wait};

/// The first strips are so long.
const FIRST_S: f64 = 0.1;
/// More than so many are not kept: two become one.
const MOST: usize = 600;
/// A line of the report has room for so many.
const WIDTH: usize = 72;

/// What a strip can be for the most part, the sign for it, and how the legend names it.
pub const KINDS: [(&str, char, &str); 10] = [
    ("running", '#', "runs"),
    ("queued", 'q', "could run, and other programs have the CPU"),
    ("network", 'n', "waits for a network"),
    ("disk", 'd', "waits for a disk"),
    ("pipe", 'p', "waits for a pipe"),
    ("terminal", 't', "waits for a terminal"),
    ("sleeping", '.', "sleeps, or waits for work"),
    ("lock", 'l', "waits for a lock"),
    ("child", 'c', "starts and waits for children"),
    ("other", '?', "stopped, or not seen"),
];

const RUNNING: usize = 0;
const QUEUED: usize = 1;

type Kinds = [f64; KINDS.len()];

/// The seconds of one strip, by kind.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Strip {
    /// When it begins, in seconds from the start.
    pub at_s: f64,
    /// How long it is.
    pub length_s: f64,
    /// Seconds of it, in the order of [`KINDS`].
    pub kinds_s: Kinds,
    run_s: f64,
    delay_s: f64,
    crowded_s: f64,
}

/// All strips of a run.
#[derive(Clone, Debug)]
pub struct Strips {
    full: Vec<Strip>,
    now: Strip,
    each_s: f64,
}

impl Default for Strips {
    fn default() -> Strips {
        Strips { full: Vec::new(), now: Strip::default(), each_s: FIRST_S }
    }
}

fn kind(wait: Wait) -> usize {
    match wait {
        Wait::Network => 2,
        Wait::Disk | Wait::Ring => 3,
        Wait::Pipe | Wait::Within => 4,
        Wait::Terminal => 5,
        Wait::Time | Wait::Connection | Wait::Event | Wait::Futex => 6,
        Wait::FileLock => 7,
        Wait::Child => 8,
        Wait::Stopped | Wait::Unseen => 9,
    }
}

impl Strips {
    /// Adds what the program does for `passed` seconds, and how much its threads were on a CPU and
    /// waited for one since the last time; `crowded_s` of that because of each other.
    pub fn note(
        &mut self,
        passed: f64,
        moment: &Moment,
        schedule: (f64, f64),
        crowded_s: f64,
    ) {
        let at = match moment.wait {
            None => RUNNING,
            Some(wait) => kind(wait),
        };
        self.now.kinds_s[at] += passed;
        self.now.length_s += passed;
        self.now.run_s += schedule.0;
        self.now.delay_s += schedule.1;
        self.now.crowded_s += crowded_s;
        if self.now.length_s >= self.each_s {
            self.close();
        }
    }

    fn close(&mut self) {
        let mut strip = self.now;
        // Threads that run and threads that wait for a CPU look the same at a glance.
        let wanted = strip.run_s + strip.delay_s;
        let by_others = (strip.delay_s - strip.crowded_s).max(0.0);
        if wanted > 0.0 {
            let queued = strip.kinds_s[RUNNING] * by_others / wanted;
            strip.kinds_s[RUNNING] -= queued;
            strip.kinds_s[QUEUED] += queued;
        }
        self.now = Strip { at_s: strip.at_s + strip.length_s, ..Strip::default() };
        self.full.push(strip);
        if self.full.len() > MOST {
            self.full = merged(&self.full, 2);
            self.each_s *= 2.0;
        }
    }

    /// The share of the last strip for which the program ran, or could.
    pub fn last_running(&self) -> f64 {
        let strip = self.full.last().copied().unwrap_or_default();
        let ran = strip.kinds_s[RUNNING] + strip.kinds_s[QUEUED];
        ran / strip.length_s.max(f64::EPSILON)
    }

    /// All of them, the last one as long as it happens to be.
    pub fn finish(mut self) -> Vec<Strip> {
        if self.now.length_s > 0.0 {
            self.close();
        }
        self.full
    }
}

/// Makes one strip of `many` of them.
fn merged(strips: &[Strip], many: usize) -> Vec<Strip> {
    let one = |part: &[Strip]| {
        let mut sum = Strip { at_s: part[0].at_s, ..Strip::default() };
        for strip in part {
            sum.length_s += strip.length_s;
            sum.kinds_s.iter_mut().zip(strip.kinds_s).for_each(|(to, it)| *to += it);
        }
        sum
    };
    strips.chunks(many).map(one).collect()
}

/// Leaves this part of the time for which each ran, or could; for the rest it waited, for what it
/// waited otherwise, or for what they all did.
pub fn as_counted(strips: &mut [Strip], part: f64) {
    let waits = |kinds_s: &Kinds| kinds_s[QUEUED + 1..].iter().sum::<f64>();
    let mut all_s = Kinds::default();
    for strip in &*strips {
        all_s.iter_mut().zip(strip.kinds_s).for_each(|(to, it)| *to += it);
    }
    for strip in strips {
        let ran_s = strip.kinds_s[RUNNING] + strip.kinds_s[QUEUED];
        let like = if waits(&strip.kinds_s) > 0.0 { strip.kinds_s } else { all_s };
        let more = ran_s * (1.0 - part) / waits(&like).max(f64::EPSILON);
        for (at, seconds) in strip.kinds_s.iter_mut().enumerate() {
            *seconds =
                if at > QUEUED { *seconds + like[at] * more } else { *seconds * part };
        }
    }
}

/// How evenly running and waiting are spread: 1 if each strip has as much of both as the whole
/// has, 0 if each has one of them only.
pub fn blend(strips: &[Strip]) -> f64 {
    let ran = |it: &Strip| it.kinds_s[RUNNING] + it.kinds_s[QUEUED];
    let waited = |it: &Strip| it.length_s - ran(it);
    let run: f64 = strips.iter().map(ran).sum();
    let wait: f64 = strips.iter().map(waited).sum();
    let length = run + wait;
    if run <= 0.0 || wait <= 0.0 {
        return 1.0;
    }
    // In a strip that is like the whole, the product of both shares is that of the whole.
    let product = |it: &Strip| ran(it) * waited(it) / it.length_s.max(f64::EPSILON);
    let products: f64 = strips.iter().map(product).sum();
    (products / (run * wait / length)).clamp(0.0, 1.0)
}

impl Serialize for Strip {
    /// With the names of the kinds, and shares instead of seconds.
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let short = |number: f64| (number * 1000.0).round() / 1000.0;
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("at_s", &short(self.at_s))?;
        map.serialize_entry("length_s", &short(self.length_s))?;
        for ((name, ..), seconds) in KINDS.iter().zip(self.kinds_s) {
            let share = short(seconds / self.length_s.max(f64::EPSILON));
            if share > 0.0 {
                map.serialize_entry(name, &share)?;
            }
        }
        map.end()
    }
}

/// The strips as a line of signs, one for what each was for the most part, and a line that says
/// what the signs mean.
pub fn draw(strips: &[Strip]) -> Option<String> {
    let strips = merged_to(strips, WIDTH);
    let each = strips.first()?.length_s;
    let most = |strip: &Strip| {
        let by = |a: &usize, b: &usize| strip.kinds_s[*a].total_cmp(&strip.kinds_s[*b]);
        (0..KINDS.len()).max_by(by).unwrap_or(RUNNING)
    };
    let line: Vec<usize> = strips.iter().map(most).collect();
    let signs: String = line.iter().map(|at| KINDS[*at].1).collect();
    let used = (0..KINDS.len()).filter(|at| line.contains(at));
    let legend: Vec<String> =
        used.map(|at| format!("{} {}", KINDS[at].1, KINDS[at].2)).collect();
    Some(format!("{signs}\n(each {each:.1} s: {})", legend.join("; ")))
}

fn merged_to(strips: &[Strip], most: usize) -> Vec<Strip> {
    merged(strips, strips.len().div_ceil(most).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs() -> Moment {
        Moment { running: 1, wait: None, also: None }
    }

    fn waits(wait: Wait) -> Moment {
        Moment { running: 0, wait: Some(wait), also: None }
    }

    fn of(moments: &[Moment]) -> Vec<Strip> {
        let mut strips = Strips::default();
        for moment in moments {
            strips.note(0.05, moment, (0.05, 0.0), 0.0);
        }
        strips.finish()
    }

    #[test]
    fn a_strip_shows_what_it_was_for_the_most_part() {
        let net = waits(Wait::Network);
        let strips = of(&[runs(), runs(), net, net, waits(Wait::Time)]);
        let drawn = draw(&strips).expect("three strips");
        assert_eq!(
            drawn,
            "#n.\n(each 0.1 s: # runs; n waits for a network; . sleeps, or waits for work)"
        );
        assert_eq!(draw(&[]), None);
    }

    #[test]
    fn a_long_run_keeps_as_many_strips_as_it_has_room_for() {
        let strips = of(&vec![runs(); 4000]);
        assert!(strips.len() <= MOST, "{}", strips.len());
        let whole: f64 = strips.iter().map(|it| it.length_s).sum();
        assert!((whole - 200.0).abs() < 1e-6, "{whole}");
        let drawn = draw(&strips).expect("many strips");
        assert!(drawn.lines().next().is_some_and(|line| line.len() <= WIDTH));
    }

    #[test]
    fn a_wait_for_the_cpu_is_told_from_running() {
        let mut strips = Strips::default();
        strips.note(0.1, &runs(), (0.02, 0.08), 0.0);
        let of_others = draw(&strips.finish()).expect("a strip");
        assert!(of_others.starts_with("q\n"), "{of_others}");
        let mut strips = Strips::default();
        strips.note(0.1, &runs(), (0.02, 0.08), 0.08);
        let of_its_own = draw(&strips.finish()).expect("a strip");
        assert!(of_its_own.starts_with("#\n"), "{of_its_own}");
    }

    #[test]
    fn what_was_not_counted_as_running_was_a_wait() {
        let (net, disk) = (waits(Wait::Network), waits(Wait::Disk));
        let mut strips = of(&[runs(), runs(), runs(), net, net, disk]);
        as_counted(&mut strips, 0.5);
        let shares = |at: usize| {
            let strip = strips[at];
            let kinds = [RUNNING, kind(Wait::Network), kind(Wait::Disk)];
            kinds.map(|it| (strip.kinds_s[it] / strip.length_s * 12.0).round())
        };
        // The first is told from the others; twelfths.
        assert_eq!(shares(0), [6.0, 4.0, 2.0]);
        assert_eq!(shares(1), [3.0, 9.0, 0.0]);
        assert_eq!(shares(2), [0.0, 6.0, 6.0]);
    }

    #[test]
    fn phases_do_not_blend() {
        let net = waits(Wait::Network);
        assert!(blend(&of(&[runs(), runs(), net, net])) < 0.01);
        assert!(blend(&of(&[runs(), net, runs(), net])) > 0.99);
    }
}
