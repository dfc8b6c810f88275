#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
# Copyright (C) 2026 The libvirt-nodedev-compat authors
"""Runs commands for the testbed inside one of its hosts.

Speaks JSON lines over a virtio-serial port. To start with it says
{"hello": true}. A request {"id", "command", "stdin", "timeout"} runs COMMAND in
bash with the functions of inside.sh; the answer is {"id", "status", "out",
"err"}. Requests run side by side. {"kill": true} ends all that are running.
"""

import glob
import json
import os
import signal
import subprocess
import threading

PORT = 'testbed.agent'
PRELUDE = '. /testbed/inside.sh\n'

running = set()
lock = threading.Lock()


def find_port():
    for path in glob.glob('/sys/class/virtio-ports/*/name'):
        with open(path, encoding='ascii') as f:
            if f.read().strip() == PORT:
                return '/dev/' + path.split('/')[-2]
    raise SystemExit(f'agent: no port {PORT}')


def send(fd, message):
    data = json.dumps(message).encode() + b'\n'
    with lock:
        while data:
            data = data[os.write(fd, data):]


def kill_group(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def serve(fd, request):
    process = subprocess.Popen(['/bin/bash', '-c', PRELUDE + request['command']],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, cwd='/',
                               start_new_session=True)
    running.add(process)
    note = ''
    try:
        out, err = process.communicate(request.get('stdin', '').encode(),
                                       timeout=request['timeout'])
    except subprocess.TimeoutExpired:
        kill_group(process)
        note = f'\n(ended after {request["timeout"]} s)\n'
        try:
            out, err = process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            # It sticks in the kernel, or something it left has its output.
            out, err = b'', b'(and cannot be ended)'
    running.discard(process)
    send(fd, {'id': request['id'], 'status': 124 if note else process.returncode,
              'out': out.decode(errors='replace'),
              'err': err.decode(errors='replace') + note})


def main():
    fd = os.open(find_port(), os.O_RDWR)
    send(fd, {'hello': True})
    data = b''
    while True:
        chunk = os.read(fd, 65536)
        if not chunk:
            return
        data += chunk
        *lines, data = data.split(b'\n')
        for line in lines:
            request = json.loads(line)
            if request.get('kill'):
                for process in list(running):
                    kill_group(process)
            else:
                threading.Thread(target=serve, args=(fd, request), daemon=True).start()


main()
