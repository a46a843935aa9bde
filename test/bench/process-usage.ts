import { readdirSync, readFileSync } from 'node:fs'

/** Milliseconds that all threads of a process have had a processor for, to the nanosecond. `proc_pid_schedstat(5)` */
export const processorTime = (pid: number): number => {
  const threads = readdirSync(`/proc/${pid}/task`)
  return threads.reduce((sum, thread) => {
    const [nanoseconds = ''] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')
    return sum + Number(nanoseconds) / 1e6
  }, 0)
}

/** MiB of a process that are in memory. `proc_pid_status(5)` */
export const residentMemory = (pid: number): number => {
  const kibibytes = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kibibytes) / 1024
}

export const openDescriptors = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length
