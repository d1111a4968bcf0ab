//! Calls that wait for any of several descriptors, or until a limit.

use lab::os::watch::{self, Limit, Request};

/// More descriptors than this are not looked at one by one.
pub(super) const MOST_DESCRIPTORS: usize = 64;

/// When a call that waits for descriptors ends by itself.
pub(super) fn limit(request: Request) -> Limit {
    match request {
        Request::Poll { limit, .. }
        | Request::Select { limit, .. }
        | Request::Epoll { limit, .. } => limit,
        _ => Limit::Never,
    }
}

/// As that, in seconds.
pub(super) fn limit_s(request: Request, pid: u32) -> Option<f64> {
    match limit(request) {
        Limit::Never => None,
        Limit::Millis(millis) => Some(f64::from(millis) / 1e3),
        Limit::At(at) => {
            let mut time = [0; 16];
            let number = |of: &[u8]| of.try_into().map(i64::from_ne_bytes).ok();
            watch::peek(pid, at, &mut time).then_some(())?;
            Some(number(&time[..8])? as f64 + number(&time[8..])? as f64 / 1e9)
        }
    }
}

/// The same call without its limit: that may be another one each time.
pub(super) fn unlimited(mut request: Request) -> Request {
    if let Request::Poll { limit, .. }
    | Request::Select { limit, .. }
    | Request::Epoll { limit, .. } = &mut request
    {
        *limit = Limit::Never;
    }
    request
}

/// The descriptors that a call waits for; `None` if we may not see them.
pub(super) fn watched(request: Request, pid: u32) -> Option<Vec<i32>> {
    match request {
        Request::Epoll { descriptor, .. } => watch::watched_by(pid, descriptor),
        Request::Poll { count: 0, .. } => Some(Vec::new()),
        Request::Poll { at, count, .. } => {
            // A descriptor, and four bytes on what is asked of it.
            let mut set = vec![0; 8 * MOST_DESCRIPTORS.min(count as usize)];
            let fd = |it: &[u8]| i32::from_ne_bytes([it[0], it[1], it[2], it[3]]);
            watch::peek(pid, at, &mut set)
                .then(|| set.chunks_exact(8).map(fd).filter(|fd| *fd >= 0).collect())
        }
        Request::Select { count, sets, .. } => {
            let mut all = Vec::new();
            for at in sets.into_iter().filter(|at| *at != 0) {
                let mut bits = vec![0; (count as usize).min(1024).div_ceil(8)];
                if !watch::peek(pid, at, &mut bits) {
                    return None;
                }
                let is_set = |fd: &usize| bits[fd / 8] >> (fd % 8) & 1 == 1;
                let count = bits.len() * 8;
                all.extend((0..count).filter(is_set).map(|fd| fd as i32));
            }
            Some(all)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_call_with_another_limit_is_the_same_call() {
        let call = |limit| Request::Epoll { descriptor: 3, limit };
        let (one, other) = (call(Limit::Millis(20)), call(Limit::Millis(1500)));
        assert_eq!(unlimited(one), unlimited(other));
        assert_eq!(limit_s(other, 1), Some(1.5));
        let time = [1_i64, 500_000_000];
        let here = Limit::At(time.as_ptr() as u64);
        assert_eq!(limit_s(call(here), std::process::id()), Some(1.5));
        assert_eq!(limit_s(call(Limit::Never), 1), None);
    }
}
