"use strict";
// A framework on npm's mesos-framework, told what to do by its standard input. Its framework id and its tasks are kept
// by mesos-framework in ZooKeeper.
//   node framework.js HOST:PORT ZOOKEEPER NAME [TASK=COMMAND]...
// Commands: kill TASK_ID AGENT_ID, reconcile [TASK_ID AGENT_ID], teardown.

const readline = require("node:readline");
const { Mesos, Scheduler } = require("mesos-framework");

const CONNECTION_TIMEOUT_S = 60; // by default it is less than the time between two heartbeats
const mesos = Mesos.getMesos();

const [master, zooKeeper, name, ...commands] = process.argv.slice(2);
const [host, port] = master.split(":");

const scheduler = new Scheduler({
    masterUrl: host,
    port,
    masterConnectionTimeout: CONNECTION_TIMEOUT_S,
    frameworkName: name,
    user: require("node:os").userInfo().username,
    useZk: true,
    zkUrl: zooKeeper,
    restartStates: ["TASK_ERROR"],
    tasks: Object.fromEntries(commands.map(task)),
});

function task(argument) {
    const [taskName, ...command] = argument.split("=");
    return [
        taskName,
        {
            commandInfo: new mesos.CommandInfo(null, null, true, command.join("="), null, null),
            resources: { cpus: 0.1, mem: 32, ports: 0, disk: 0 },
        },
    ];
}

function tell(...words) {
    process.stdout.write(`@${words.join(" ")}\n`);
}

const told = new Set();

function tellLaunched() {
    for (const { name: taskName, taskId } of scheduler.launchedTasks) {
        if (!told.has(taskId)) {
            told.add(taskId);
            tell("launched", taskName.replace(/-1$/, ""), taskId);
        }
    }
}

scheduler.on("ready", () => scheduler.subscribe());
scheduler.on("subscribed", ({ frameworkId }) => tell("subscribed", frameworkId));
scheduler.on("sent_accept", tellLaunched);
scheduler.on("update", ({ status }) => tell("update", status.task_id.value, status.state, status.reason || "NONE"));
scheduler.on("error", (error) => tell("error", error.message || error));

readline
    .createInterface({ input: process.stdin })
    .on("line", (line) => {
        const [command, ...ids] = line.split(" ");
        scheduler[command](...ids);
    })
    .on("close", () => process.exit(0));
