#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libvirt-nodedev-compat authors
"""Prints what soak.sh measured, and judges what the daemons use.

Usage: soak.py ROW, in the directory with the files of soak.sh; ROW migrations were
refused in each round, and two succeeded. The first quarter of the rounds warms up. After
it, what a daemon uses may not grow: by the medians of the second and the last quarter
for memory, by the maxima for descriptors and threads. Of memory, the allocator may keep a
little, and the largest step from one round to the next does not count: it raises its limit
for large blocks once, and then keeps them. What the unpatched libvirt uses is printed, too;
it loses 40 bytes with each phase of a migration, the name of an API, which the patched one
does as well.
"""

import collections
import datetime
import glob
import statistics
import sys

PHASES = ('Begin', 'Prepare', 'Perform', 'Finish', 'Confirm')
KEPT_KIB = 256


def read_phases(path):
    """Milliseconds of each phase of each migration"""
    times = collections.defaultdict(list)
    last = None
    with open(path, encoding='ascii') as log:
        for line in log:
            clock, phase = line.split()
            now = datetime.datetime.strptime(clock, '%H:%M:%S.%f')
            if last and last[1] in PHASES:
                times[last[1]].append(((now - last[0]).total_seconds() * 1000) % 86400000)
            last = now, phase
    return times


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))]


def print_times():
    builds = [b for b in ('ours', 'stock') if glob.glob(f'phases.{b}')]
    times = {}
    for build in builds:
        times[build] = read_phases(f'phases.{build}')
        with open(f'downtime.{build}', encoding='ascii') as f:
            times[build]['guest stands still'] = [int(line) for line in f]
    print('\nms'.ljust(21) + ''.join(f'{b + " p50":>11}{b + " p99":>11}' for b in builds)
          + '   migrations')
    for phase in (*PHASES, 'guest stands still'):
        print(f'{phase:20}' + ''.join(f'{percentile(times[b][phase], share):11.0f}'
                                      for b in builds for share in (0.5, 0.99))
              + '   ' + ' and '.join(str(len(times[b][phase])) for b in builds))


def slope(values):
    """Of the straight line through them, in the value's unit for each"""
    middle = (len(values) - 1) / 2
    mean = statistics.fmean(values)
    spread = sum((n - middle) ** 2 for n in range(len(values)))
    return sum((n - middle) * (v - mean) for n, v in enumerate(values)) / spread


def largest_step(values):
    """If it is more than what the allocator may keep, else 0"""
    step = max(b - a for a, b in zip(values, values[1:]))
    return step if step > KEPT_KIB else 0


def judge(build, row):
    rows = collections.defaultdict(list)
    with open(f'usage.{build}', encoding='ascii') as f:
        for line in f:
            host, daemon, *numbers = line.split()
            rows[host, daemon].append([int(n) for n in numbers])
    bad = []
    print(f'\n{build + ", after warming up":26}{"second quarter":>22}{"last quarter":>22}   trend')
    for (host, daemon), samples in sorted(rows.items()):
        quarter = len(samples) // 4
        early, late = samples[quarter:2 * quarter], samples[-quarter:]
        for n, unit in enumerate(('KiB private', 'KiB share', 'files', 'threads')):
            middle = statistics.median if n < 2 else max
            was, now = (middle(s[n] for s in part) for part in (early, late))
            step = largest_step([s[n] for s in samples[quarter:]]) if n < 2 else 0
            trend = slope([s[n] for s in samples[quarter:]]) * 1000 / (row + 2)
            print(f'{host} {daemon:16}{unit:>16}{was:>12.0f}{now:>20.0f}   '
                  f'{trend:+.1f} in 1,000 migrations' + (f', once {step:+.0f}' if step else ''))
            if now - was - step > (KEPT_KIB if n < 2 else 0):
                bad.append(f'{host} {daemon}: {was:.0f}, then {now:.0f} {unit}')
    return bad


print_times()
if glob.glob('usage.stock'):
    judge('stock', int(sys.argv[1]))
problems = judge('ours', int(sys.argv[1]))
for problem in problems:
    print(f'not flat: {problem}')
sys.exit(1 if problems else 0)
