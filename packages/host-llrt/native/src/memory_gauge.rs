//! What a runtime and its descendants use of memory. It is read in every invocation, so the files stay open and the
//! tree is looked at only after something was started.

use std::{
    cell::Cell,
    fs::{self, File},
    os::unix::fs::FileExt,
};

use crate::process_tree;

pub struct MemoryGauge {
    root: i32,
    status: Option<File>,
    /// Its last word is the newest process of all (proc(5)).
    load: Option<File>,
    /// The newest process when the root was last found without children.
    alone_at: Cell<u64>,
}

impl MemoryGauge {
    pub fn new(root: i32) -> Self {
        let open = |path: &str| File::open(path).ok();
        let status = open(&format!("/proc/{root}/status"));
        MemoryGauge { root, status, load: open("/proc/loadavg"), alone_at: Cell::new(0) }
    }

    /// In bytes: of one process its peak resident size; of several the sum of their proportional sizes now, for a fork
    /// shares most of its pages. None when the root is gone.
    pub fn bytes(&self) -> Option<f64> {
        let root_peak = kilobytes_of(&text_of(self.status.as_ref()?)?, "VmHWM:")?;
        let newest = self.newest_process().unwrap_or(0);
        if newest != 0 && newest == self.alone_at.get() {
            return Some(root_peak * 1024.0);
        }
        let tree = process_tree::tree(self.root);
        if tree.len() == 1 {
            self.alone_at.set(newest);
            return Some(root_peak * 1024.0);
        }
        let texts = tree.iter().filter_map(|pid| fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok());
        let sizes = texts.filter_map(|text| kilobytes_of(&text, "Pss:"));
        Some(root_peak.max(sizes.sum()) * 1024.0)
    }

    fn newest_process(&self) -> Option<u64> {
        text_of(self.load.as_ref()?)?.split_whitespace().last()?.parse().ok()
    }
}

fn text_of(file: &File) -> Option<String> {
    let mut buffer = [0; 4096];
    let count = file.read_at(&mut buffer, 0).ok()?;
    Some(String::from_utf8_lossy(&buffer[..count]).into_owned())
}

fn kilobytes_of(text: &str, field: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(field))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}
