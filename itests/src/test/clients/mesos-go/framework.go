// A framework on mesos-go's driver of version 0, which speaks libprocess, told what to do by its standard input. It
// keeps its framework id in its working directory.
//
//	framework [-principal PRINCIPAL -secret SECRET] MASTER NAME [TASK=COMMAND]...
//
// MASTER is host:port, or zk://host:port/path.
//
// Commands: launch TASK=COMMAND, executor TASK=COMMAND (of its executor), message AGENT_ID TEXT (to that executor),
// kill TASK_ID AGENT_ID, reconcile [TASK_ID AGENT_ID], teardown.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/gogo/protobuf/proto"
	"github.com/mesos/mesos-go/api/v0/auth"
	"github.com/mesos/mesos-go/api/v0/auth/sasl"
	_ "github.com/mesos/mesos-go/api/v0/auth/sasl/mech/crammd5"
	_ "github.com/mesos/mesos-go/api/v0/detector/zoo"
	mesos "github.com/mesos/mesos-go/api/v0/mesosproto"
	"github.com/mesos/mesos-go/api/v0/mesosutil"
	"github.com/mesos/mesos-go/api/v0/scheduler"
	"golang.org/x/net/context"
)

const (
	keptID           = "framework-id"
	failoverTimeoutS = 600
	// How long it tries to prove who it is before it begins anew.
	authenticationTimeout = 15 * time.Second
)

var (
	principal  = flag.String("principal", "", "who it is")
	secret     = flag.String("secret", "", "what proves it")
	address    = net.ParseIP("127.0.0.1")
	executorID = mesosutil.NewExecutorID("own")
)

// The offers that come next are for the tasks that wait.
type framework struct {
	lock     sync.Mutex
	waiting  []*mesos.TaskInfo
	launched map[string]*mesos.TaskInfo
}

func main() {
	flag.Parse()
	arguments := flag.Args()
	info := &mesos.FrameworkInfo{
		User:            proto.String(os.Getenv("USER")),
		Name:            proto.String(arguments[1]),
		Hostname:        proto.String("127.0.0.1"),
		FailoverTimeout: proto.Float64(failoverTimeoutS),
	}
	mine := &framework{launched: map[string]*mesos.TaskInfo{}}
	if id, err := os.ReadFile(keptID); err == nil {
		// Its tasks were launched before.
		info.Id = mesosutil.NewFrameworkID(string(id))
	} else {
		for _, task := range arguments[2:] {
			mine.waiting = append(mine.waiting, commandTask(task))
		}
	}
	config := scheduler.DriverConfig{
		Scheduler:        mine,
		Framework:        info,
		Master:           arguments[0],
		HostnameOverride: "127.0.0.1",
		BindingAddress:   address,
	}
	if *principal != "" {
		info.Principal = principal
		config.Credential = &mesos.Credential{Principal: principal, Secret: secret}
		config.WithAuthContext = func(ctx context.Context) context.Context {
			ctx = auth.WithLoginProvider(ctx, sasl.ProviderName)
			ctx = auth.WithTimeout(ctx, authenticationTimeout)
			return sasl.WithBindingAddress(ctx, address)
		}
	}
	driver, err := scheduler.NewMesosSchedulerDriver(config)
	check(err)
	_, err = driver.Start()
	check(err)
	mine.readCommands(driver)
}

// Ends with the input, for who starts this keeps it open.
func (f *framework) readCommands(driver scheduler.SchedulerDriver) {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		command, rest := halves(in.Text(), " ")
		var err error
		switch command {
		case "launch":
			err = f.launch(driver, commandTask(rest))
		case "executor":
			err = f.launch(driver, executorTask(rest))
		case "message":
			agent, text := halves(rest, " ")
			_, err = driver.SendFrameworkMessage(executorID, mesosutil.NewSlaveID(agent), text)
		case "kill":
			task, _ := halves(rest, " ")
			_, err = driver.KillTask(mesosutil.NewTaskID(task))
		case "reconcile":
			_, err = driver.ReconcileTasks(statuses(rest))
		case "teardown":
			_, err = driver.Stop(false)
		default:
			err = fmt.Errorf("command: %q (expected: one of those above)", command)
		}
		check(err)
	}
}

func (f *framework) launch(driver scheduler.SchedulerDriver, task *mesos.TaskInfo) error {
	f.lock.Lock()
	f.waiting = append(f.waiting, task)
	f.lock.Unlock()
	_, err := driver.ReviveOffers()
	return err
}

func commandTask(nameAndCommand string) *mesos.TaskInfo {
	name, command := halves(nameAndCommand, "=")
	return &mesos.TaskInfo{
		Name:      proto.String(name),
		TaskId:    mesosutil.NewTaskID(name),
		Command:   &mesos.CommandInfo{Value: proto.String(command)},
		Resources: resources(32),
	}
}

func executorTask(nameAndCommand string) *mesos.TaskInfo {
	task := commandTask(nameAndCommand)
	task.Executor = &mesos.ExecutorInfo{ExecutorId: executorID, Command: task.Command, Resources: resources(128)}
	task.Command = nil
	return task
}

func resources(memMb float64) []*mesos.Resource {
	return []*mesos.Resource{mesosutil.NewScalarResource("cpus", 0.1), mesosutil.NewScalarResource("mem", memMb)}
}

func statuses(taskAndAgent string) []*mesos.TaskStatus {
	if taskAndAgent == "" {
		return []*mesos.TaskStatus{}
	}
	task, agent := halves(taskAndAgent, " ")
	return []*mesos.TaskStatus{{
		TaskId:  mesosutil.NewTaskID(task),
		SlaveId: mesosutil.NewSlaveID(agent),
		// Required, and looked at by nobody.
		State: mesos.TaskState_TASK_RUNNING.Enum(),
	}}
}

func (f *framework) Registered(_ scheduler.SchedulerDriver, id *mesos.FrameworkID, _ *mesos.MasterInfo) {
	check(os.WriteFile(keptID, []byte(id.GetValue()), 0o644))
	tell("subscribed", id.GetValue())
}

func (f *framework) Reregistered(scheduler.SchedulerDriver, *mesos.MasterInfo) {
	id, err := os.ReadFile(keptID)
	check(err)
	tell("subscribed", string(id))
}

func (f *framework) Disconnected(scheduler.SchedulerDriver) {
	tell("disconnected")
}

func (f *framework) ResourceOffers(driver scheduler.SchedulerDriver, offers []*mesos.Offer) {
	for _, offer := range offers {
		tasks := f.tasksFor(offer)
		for _, task := range tasks {
			tell("launched", task.GetName())
		}
		// None: it is declined.
		if _, err := driver.LaunchTasks([]*mesos.OfferID{offer.Id}, tasks, &mesos.Filters{}); err != nil {
			// Gone, with the connection.
			tell("missed", offer.GetId().GetValue())
		}
	}
}

func (f *framework) tasksFor(offer *mesos.Offer) []*mesos.TaskInfo {
	f.lock.Lock()
	defer f.lock.Unlock()
	tasks := f.waiting
	f.waiting = nil
	for _, task := range tasks {
		task.SlaveId = offer.SlaveId
		f.launched[task.GetName()] = task
	}
	return tasks
}

func (f *framework) OfferRescinded(_ scheduler.SchedulerDriver, id *mesos.OfferID) {
	tell("rescinded", id.GetValue())
}

// The driver registers again until it is answered, and a master that answers twice takes its offers back: what was
// launched on these is launched anew.
func (f *framework) StatusUpdate(_ scheduler.SchedulerDriver, status *mesos.TaskStatus) {
	if status.GetState() == mesos.TaskState_TASK_LOST &&
		status.GetReason() == mesos.TaskStatus_REASON_INVALID_OFFERS {
		f.lock.Lock()
		defer f.lock.Unlock()
		f.waiting = append(f.waiting, f.launched[status.GetTaskId().GetValue()])
		return
	}
	reason := "NONE"
	if status.Reason != nil {
		reason = status.GetReason().String()
	}
	tell("update", status.GetTaskId().GetValue(), status.GetState().String(), reason)
}

func (f *framework) FrameworkMessage(_ scheduler.SchedulerDriver, _ *mesos.ExecutorID, _ *mesos.SlaveID, text string) {
	tell("message", text)
}

func (f *framework) SlaveLost(_ scheduler.SchedulerDriver, agent *mesos.SlaveID) {
	tell("lost", agent.GetValue())
}

func (f *framework) ExecutorLost(
	_ scheduler.SchedulerDriver, executor *mesos.ExecutorID, _ *mesos.SlaveID, status int) {
	tell("exited", executor.GetValue(), fmt.Sprint(status))
}

func (f *framework) Error(_ scheduler.SchedulerDriver, message string) {
	tell("error", message)
}

// What is before and behind the first separator.
func halves(text, separator string) (string, string) {
	before, after, _ := strings.Cut(text, separator)
	return before, after
}

func tell(words ...string) {
	fmt.Println("@" + strings.Join(words, " "))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
