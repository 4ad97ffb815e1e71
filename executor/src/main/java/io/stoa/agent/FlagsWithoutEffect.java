package io.stoa.agent;

import io.stoa.flags.Flag;
import io.stoa.flags.FlagType;
import java.util.List;
import java.util.stream.Stream;

/** What else Mesos' agent takes. */
final class FlagsWithoutEffect {

    static final List<Flag<?>> ALL = Stream.of(
                    Flag.withoutEffect(FlagType.BOOLEAN, """
                            authenticate_http_executors check_agent_port_range_only
                            disallow_sharing_agent_ipc_namespace
                            disallow_sharing_agent_pid_namespace docker_ignore_runtime
                            docker_volume_chown
                            egress_unique_flow_per_container enforce_container_ports
                            http_command_executor
                            http_executor_domain_sockets network_cni_metrics
                            network_cni_root_dir_persist network_enable_snmp_statistics
                            network_enable_socket_statistics_details
                            network_enable_socket_statistics_summary
                            systemd_enable_support
                            xfs_kill_containers"""), Flag.withoutEffect(FlagType.TEXT, """
                            agent_features agent_subsystems/slave_subsystems
                            allowed_devices appc_simple_discovery_uri_prefix
                            appc_store_dir authenticatee authentication_backoff_factor
                            authentication_timeout_max authentication_timeout_min
                            authorizer bounding_capabilities cgroups_destroy_timeout
                            cgroups_net_cls_primary_handle
                            cgroups_net_cls_secondary_handles container_logger
                            container_ports_isolated_range container_ports_watch_interval
                            credential csi_plugin_config_dir default_container_dns
                            default_container_info default_container_shm_size
                            disk_profile_adaptor docker docker_config
                            docker_mesos_image docker_registry
                            docker_store_dir
                            docker_volume_checkpoint_dir domain_socket_location
                            effective_capabilities/allowed_capabilities
                            egress_flow_classifier_parent egress_rate_limit_per_container
                            ephemeral_ports_per_container eth0_name
                            executor_reregistration_retry_interval
                            hadoop_home
                            host_path_volume_force_creation http_credentials
                            http_heartbeat_interval image_gc_config image_providers
                            image_provisioner_backend ip6 ip6_discovery_command
                            jwt_secret_key/executor_secret_key launcher_dir
                            lo_name
                            network_cni_config_dir network_cni_plugins_dir
                            nvidia_gpu_devices oversubscribed_resources_interval
                            perf_duration perf_events perf_interval qos_controller
                            qos_correction_interval_min
                            resource_estimator
                            resource_provider_config_dir sandbox_directory
                            seccomp_config_dir seccomp_profile_name secret_resolver
                            systemd_runtime_directory volume_gid_range xfs_project_range
                            zk_session_timeout"""))
            .flatMap(List::stream)
            .toList();

    private FlagsWithoutEffect() {}
}
