//! Descendants and memory of a process, by /proc.

use std::fs;

/// The process and everything it started that is still its descendant: each thread's children.
pub fn tree(root: i32) -> Vec<i32> {
    let mut found = vec![root];
    let mut index = 0;
    while index < found.len() {
        found.extend(children_of(found[index]));
        index += 1;
    }
    found
}

fn children_of(pid: i32) -> Vec<i32> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let lists = threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().filter_map(|word| word.parse().ok()).collect::<Vec<_>>()).collect()
}

/// In bytes: of one process its peak resident size; of several the sum of their proportional sizes now, for a fork
/// shares most of its pages. Undefined when the root is gone.
pub fn memory(root: i32) -> Option<f64> {
    let root_peak = kilobytes_of(&format!("/proc/{root}/status"), "VmHWM:")?;
    let tree = tree(root);
    if tree.len() == 1 {
        return Some(root_peak * 1024.0);
    }
    let sizes = tree.iter().filter_map(|pid| kilobytes_of(&format!("/proc/{pid}/smaps_rollup"), "Pss:"));
    Some(root_peak.max(sizes.sum()) * 1024.0)
}

fn kilobytes_of(path: &str, field: &str) -> Option<f64> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(field))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}
