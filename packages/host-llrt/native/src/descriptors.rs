//! Descriptors 3, 4 and 5 mean something in a runtime. While they are taken here, no pipe of ours can have one of these
//! numbers and be overwritten between fork and exec.

use std::os::fd::RawFd;

pub const FRAMES_IN: RawFd = 3;
pub const FRAMES_OUT: RawFd = 4;
pub const TELEMETRY_LOG: RawFd = 5;

pub fn prepare() {
    unsafe {
        // What our caller left open is nothing of the runtime's. Linux 5.11; before that it is inherited.
        libc::syscall(libc::SYS_close_range, 3u32, u32::MAX, libc::CLOSE_RANGE_CLOEXEC);
        loop {
            let fd = libc::open(c"/dev/null".as_ptr(), libc::O_RDWR | libc::O_CLOEXEC);
            if fd < 0 || fd > TELEMETRY_LOG {
                libc::close(fd);
                break;
            }
            // A program that was started without standard streams gets them, as Node does it.
            if fd <= 2 {
                libc::fcntl(fd, libc::F_SETFD, 0);
            }
        }
    }
}
