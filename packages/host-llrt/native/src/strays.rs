//! Processes of an environment that are no descendants of its runtime any more: what a function has detached carries the
//! environment's variables still.

use std::{
    collections::HashMap,
    fs::{self, File},
    io::Read,
    time::{Duration, Instant},
};

/// Together no other environment has these.
const OWN_VARIABLES: [&str; 2] = ["AWS_LAMBDA_RUNTIME_API", "AWS_LAMBDA_LOG_STREAM_NAME"];

/// No machine gives all of its numbers away (32,768 at least) in this time.
const ROUND: Duration = Duration::from_secs(10);

/// By what the processes of one environment are known.
pub struct Marks {
    /// `NAME=VALUE`, between NULs as in `/proc/PID/environ`; none when the environment has not all of them.
    variables: Option<[Vec<u8>; 2]>,
    /// Its first process, and when that began.
    first: i32,
    since: u64,
    at: Instant,
}

impl Marks {
    pub fn new(first: i32, environment: &HashMap<String, String>) -> Self {
        let mark = |name: &str| Some(format!("\0{name}={}\0", environment.get(name)?).into_bytes());
        let variables = mark(OWN_VARIABLES[0]).zip(mark(OWN_VARIABLES[1])).map(|(one, other)| [one, other]);
        Marks { variables, first, since: start_of(first).unwrap_or(u64::MAX), at: Instant::now() }
    }

    /// Those that run now.
    pub fn strays(&self) -> Vec<i32> {
        let Some(variables) = &self.variables else { return Vec::new() };
        let us = std::process::id() as i32;
        let is_newer = self.is_newer();
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        pids.filter(|pid| *pid != us && is_newer(*pid))
            .filter(|pid| {
                let environment = environment_of(*pid);
                variables.iter().all(|variable| contains(&environment, variable))
            })
            .collect()
    }

    /// Which processes are no older than the first. Their numbers tell, which need not be read of each, unless the machine
    /// has begun again with low ones meanwhile.
    fn is_newer(&self) -> Box<dyn Fn(i32) -> bool> {
        let (first, since) = (self.first, self.since);
        if self.at.elapsed() < ROUND && newest_process().is_some_and(|newest| newest >= first) {
            return Box::new(move |pid| pid >= first);
        }
        Box::new(move |pid| start_of(pid).is_some_and(|start| start >= since))
    }
}

/// The last word of this file (proc(5)).
fn newest_process() -> Option<i32> {
    text_of("/proc/loadavg")?.split_whitespace().last()?.parse().ok()
}

/// In clock ticks since the machine was started. None when the process is gone.
fn start_of(pid: i32) -> Option<u64> {
    let text = text_of(&format!("/proc/{pid}/stat"))?;
    // The name, in parentheses, may hold anything; the 22nd field is the 20th behind it.
    text.rsplit_once(") ")?.1.split(' ').nth(19)?.parse().ok()
}

/// Of a short file, in one read: the kernel does not tell its size, and would be asked again and again.
fn text_of(path: &str) -> Option<String> {
    let mut buffer = [0; 1024];
    let count = File::open(path).ok()?.read(&mut buffer).ok()?;
    Some(String::from_utf8_lossy(&buffer[..count]).into_owned())
}

/// Another user's process, or one that has just ended, has none.
fn environment_of(pid: i32) -> Vec<u8> {
    let mut bytes = vec![0];
    bytes.extend(fs::read(format!("/proc/{pid}/environ")).unwrap_or_default());
    bytes
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}
