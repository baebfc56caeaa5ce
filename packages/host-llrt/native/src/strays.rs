//! Processes of an environment that are no descendants of its runtime any more: what a function has detached carries the
//! environment's variables still.

use std::{collections::HashMap, fs};

/// Together no other environment has these.
const OWN_VARIABLES: [&str; 2] = ["AWS_LAMBDA_RUNTIME_API", "AWS_LAMBDA_LOG_STREAM_NAME"];

/// By what the processes of one environment are known.
#[derive(Default)]
pub struct Marks {
    /// `NAME=VALUE`, between NULs as in `/proc/PID/environ`; none when the environment has not all of them.
    variables: Option<[Vec<u8>; 2]>,
    /// When its first process began.
    since: u64,
}

impl Marks {
    pub fn new(first: i32, environment: &HashMap<String, String>) -> Self {
        let mark = |name: &str| Some(format!("\0{name}={}\0", environment.get(name)?).into_bytes());
        let variables = mark(OWN_VARIABLES[0]).zip(mark(OWN_VARIABLES[1])).map(|(one, other)| [one, other]);
        Marks { variables, since: start_of(first).unwrap_or(u64::MAX) }
    }

    /// Those that run now.
    pub fn strays(&self) -> Vec<i32> {
        let Some(variables) = &self.variables else { return Vec::new() };
        let us = std::process::id() as i32;
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        pids.filter(|pid| *pid != us && start_of(*pid).is_some_and(|start| start >= self.since))
            .filter(|pid| variables.iter().all(|variable| contains(&environment_of(*pid), variable)))
            .collect()
    }
}

/// In clock ticks since the machine was started. None when the process is gone.
fn start_of(pid: i32) -> Option<u64> {
    let stat = fs::read(format!("/proc/{pid}/stat")).ok()?;
    let text = String::from_utf8_lossy(&stat);
    // The name, in parentheses, may hold anything; the 22nd field is the 20th behind it.
    text.rsplit_once(") ")?.1.split(' ').nth(19)?.parse().ok()
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
