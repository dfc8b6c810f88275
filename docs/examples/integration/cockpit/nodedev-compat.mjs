// Copyright (C) 2026 The libvirt-nodedev-compat authors
// SPDX-License-Identifier: LGPL-2.1-or-later
//
// What Cockpit's page of virtual machines could ask before it offers to migrate one, and the
// text that it would show. Nothing but a yes is a yes: the button stays disabled otherwise.

const SECONDS = "20";

const TITLES = {
    identical: "The guest can continue on this device.",
    superset: "The guest can continue on this device, which offers more.",
    incompatible: "The guest cannot continue on this device.",
    unknown: "Whether the guest can continue on this device is not known.",
};
const STATUS = { identical: 0, superset: 0, incompatible: 2, unknown: 3 };

function explain(output, status, message) {
    const none = { allowed: false, title: TITLES.unknown, reasons: [message || "There is no answer."] };
    let report;
    try {
        report = JSON.parse(output);
    } catch (error) {
        return none;
    }
    if (report?.version !== 1 || report.kind !== "report" || !Array.isArray(report.reasons) ||
        !report.reasons.every(reason => typeof reason?.message === "string") ||
        STATUS[report.verdict] !== status)
        return none;
    return {
        allowed: status === 0,
        title: TITLES[report.verdict],
        reasons: report.reasons.map(({ message, hint }) => hint ? message + " (" + hint + ")" : message),
    };
}

// source is a file with the XML of the guest's device, as virsh nodedev-dumpxml prints it
export function check(cockpit, source, target, tool = "virt-nodedev-compat") {
    return new Promise(resolve => {
        cockpit.spawn(["timeout", SECONDS, tool, "compare", "--json", source, target],
                      { superuser: "try", err: "message" })
                .then(output => resolve(explain(output, 0)),
                      (exception, output) => resolve(explain(output, exception.exit_status,
                                                             exception.message)));
    });
}
