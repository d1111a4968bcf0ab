//! What machine this is, and how many CPUs a program may use here.

use std::{env::consts, thread};

use serde::{Deserialize, Serialize};

use crate::{
    os,
    value::{Unit, Value},
};

/// The machine of a record, and the build that ran on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// The CPU's own name.
    pub cpu: Option<String>,
    /// Physical cores, as `num_cpus` counts them.
    pub physical_cpus: usize,
    /// CPUs that this program may use: affinity and quota are counted in.
    pub usable_cpus: usize,
    /// The quota of its control group, in CPUs; `None` if there is none.
    pub quota: Option<f64>,
    /// Memory in bytes.
    pub memory: Option<u64>,
    /// The operating system, such as `linux`.
    pub os: String,
    /// The kernel's release.
    pub kernel: Option<String>,
    /// The instruction set, such as `x86_64`.
    pub arch: String,
    /// `rustc --version` of the build.
    pub rustc: String,
    /// The Python that ran beside it, with its packages.
    pub python: Option<String>,
    /// The optimisation level of the build.
    pub opt_level: String,
    /// Whether the build checks for overflow and the like, which slows it.
    pub debug_assertions: bool,
}

impl Machine {
    /// This machine and this build.
    pub fn this() -> Machine {
        Machine {
            cpu: os::cpu_name(),
            physical_cpus: num_cpus::get_physical(),
            usable_cpus: usable_cpus(),
            quota: os::cpu_quota(),
            memory: os::memory(),
            os: consts::OS.to_owned(),
            kernel: os::kernel(),
            arch: consts::ARCH.to_owned(),
            rustc: env!("LAB_RUSTC").to_owned(),
            python: None,
            opt_level: env!("LAB_OPT_LEVEL").to_owned(),
            debug_assertions: cfg!(debug_assertions),
        }
    }

    /// Why this build does not measure real speed; `None` if it does.
    pub fn slow_build(&self) -> Option<String> {
        let optimised = matches!(self.opt_level.as_str(), "2" | "3");
        match (optimised, self.debug_assertions) {
            (false, _) => Some(format!("opt-level {}", self.opt_level)),
            (true, true) => Some("debug assertions are on".to_owned()),
            (true, false) => None,
        }
    }

    /// A number of the machine that a page can refer to.
    ///
    /// # Errors
    /// No such number: what there is instead.
    pub fn value(&self, name: &str) -> Result<Value, String> {
        let count = |number: usize| Ok(Value::exact(number as f64, Unit::Count));
        match (name, self.memory) {
            ("usable_cpus", _) => count(self.usable_cpus),
            ("physical_cpus", _) => count(self.physical_cpus),
            ("memory", Some(bytes)) => Ok(Value::exact(bytes as f64, Unit::Bytes)),
            _ => Err(format!(
                "no `{name}`; there is: usable_cpus, physical_cpus, memory"
            )),
        }
    }

    /// The machine in one line: `AMD EPYC, 2 usable CPUs, linux`, and the Python that ran beside.
    pub fn line(&self) -> String {
        let cpu = self.cpu.as_deref().unwrap_or(&self.arch);
        let plural = if self.usable_cpus == 1 { "" } else { "s" };
        let mut line =
            format!("{cpu}, {} usable CPU{plural}, {}", self.usable_cpus, self.os);
        if let Some(python) = &self.python {
            // Its implementation and version; its packages follow.
            let name: Vec<&str> = python.split(", ").take(2).collect();
            line += &format!(", {}", name.join(" "));
        }
        line
    }
}

/// How many CPUs this program may use; 1 if the system does not say.
pub fn usable_cpus() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}
