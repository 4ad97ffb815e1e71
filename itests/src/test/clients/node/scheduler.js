"use strict";
// A scheduler that runs one command on the first host that has room for it. What it knows of Stoa is what the .proto
// files say, which are read when it starts.
//   npm ci
//   node scheduler.js HOST:PORT COMMAND
// Its exit status is 0 where the command ended with 0.

const os = require("node:os");
const path = require("node:path");
const grpc = require("@grpc/grpc-js");
const protoLoader = require("@grpc/proto-loader");

const PROTOS = path.join(__dirname, "../../../../../proto/src");
const { stoa } = grpc.loadPackageDefinition(
    protoLoader.loadSync(["stoa/v1/cluster.proto", "stoa/v1/scheduler.proto"], {
        includeDirs: [path.join(PROTOS, "main/proto"), path.join(PROTOS, "mesos/proto")],
        keepCase: true,
        longs: String, // int64 does not fit into a number
        enums: String,
        arrays: true,
        oneofs: true,
    }),
);

const NEEDED = { cpus: 0.1, mem: 32 };
const ALIVE = ["TASK_STAGING", "TASK_STARTING", "TASK_RUNNING", "TASK_KILLING", "TASK_UNREACHABLE"];
const MAX_ATTEMPTS = 10;
const DEADLINE_MS = 10_000;

/** What a call is answered with; an error of it has `code`, `details` and `metadata`. */
function call(client, method, request) {
    return new Promise((resolve, reject) => {
        const deadline = Date.now() + DEADLINE_MS;
        client[method](request, { deadline }, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
}

/** The services of the leading master. Any master says who that is. */
async function connect(address) {
    const secrets = grpc.credentials.createInsecure();
    const cluster = new stoa.v1.ClusterService(address, secrets);
    try {
        await call(cluster, "DescribeRoles", { roles: ["*"] });
    } catch (error) {
        const [leader] = error.metadata.get("stoa-leader");
        cluster.close();
        if (error.code === grpc.status.UNAVAILABLE && leader && leader !== address) {
            return connect(leader);
        }
        throw error;
    }
    return { cluster, scheduler: new stoa.v1.SchedulerService(address, secrets) };
}

/** All hosts, and the version of the state at which they were so. */
async function snapshot(cluster) {
    const agents = [];
    for await (const chunk of cluster.Snapshot({ selection: { kinds: ["AGENTS"] } })) {
        agents.push(...chunk.agents);
        if (chunk.last) {
            return { version: chunk.version, agents };
        }
    }
    throw new Error("the snapshot was cut");
}

function hasRoom({ free }) {
    return Object.entries(NEEDED).every(([name, needed]) => {
        const unreserved = free.filter((resource) => resource.name === name && resource.reservations.length === 0);
        return unreserved.reduce((sum, { scalar }) => sum + scalar.value, 0) >= needed;
    });
}

/** Has a task claimed and launched on the first host that has room for it, and says where. */
async function launch({ cluster, scheduler }, identity, taskId, command) {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
        const { version, agents } = await snapshot(cluster);
        const agent = agents.find(hasRoom);
        if (!agent) {
            throw new Error(`none of ${agents.length} hosts has ${JSON.stringify(NEEDED)} free`);
        }
        const task = {
            name: taskId,
            task_id: { value: taskId },
            agent_id: { value: agent.agent_id },
            command: { value: command },
            resources: Object.entries(NEEDED).map(([name, value]) => ({ name, type: "SCALAR", scalar: { value } })),
        };
        const { outcome, conflicts } = await call(scheduler, "Commit", {
            identity,
            base_version: version,
            operations: [{ claim: { agent_id: agent.agent_id, task } }],
        });
        if (outcome === "COMMITTED") {
            return { version, hostname: agent.hostname };
        }
        console.log(`conflict: ${conflicts[0].message}`); // somebody else was faster
    }
    throw new Error(`${MAX_ATTEMPTS} conflicts, one after the other`);
}

/** The state that the task ended in. Everything has to be acknowledged, so that its further states, and its end, come. */
async function acknowledgeUntilEnd(scheduler, identity, events) {
    for await (const { status } of events) {
        if (status?.uuid?.length > 0) {
            const acknowledgement = {
                agent_id: status.agent_id.value,
                task_id: status.task_id.value,
                uuid: status.uuid,
            };
            await call(scheduler, "Acknowledge", { identity, acknowledgements: [acknowledgement] });
        }
        if (status && !ALIVE.includes(status.state)) {
            return status.state;
        }
    }
    throw new Error("the subscription has ended");
}

/** Prints how the task goes on in the cluster's state, from a version until it is gone from there. */
async function watch(cluster, version, identity) {
    const selection = { kinds: ["TASKS"], scheduler_ids: [identity.scheduler_id] };
    for await (const { changes } of cluster.Watch({ version, selection })) {
        for (const { change, task_moved: moved } of changes) {
            if (change === "task_moved") {
                console.log(moved.state);
            } else if (change === "task_removed") {
                return;
            }
        }
    }
    throw new Error("the watch was cut");
}

async function run(address, command) {
    const { cluster, scheduler } = await connect(address);
    const user = os.userInfo().username;
    const info = { name: "node", user, roles: ["*"], capabilities: [{ type: "MULTI_ROLE" }] };
    const events = scheduler.Subscribe({ info })[Symbol.asyncIterator]();
    const { identity } = (await events.next()).value.subscribed;
    console.log(`subscribed as ${identity.scheduler_id}`);
    try {
        const { version, hostname } = await launch({ cluster, scheduler }, identity, "task", command);
        console.log(`launched on ${hostname}`);
        const [state] = await Promise.all([
            acknowledgeUntilEnd(scheduler, identity, events),
            watch(cluster, version, identity),
        ]);
        return state;
    } finally {
        await call(scheduler, "TearDown", { identity });
        cluster.close();
        scheduler.close();
    }
}

run(...process.argv.slice(2)).then(
    (state) => process.exit(state === "TASK_FINISHED" ? 0 : 1),
    (error) => {
        console.error(error.message);
        process.exit(2);
    },
);
