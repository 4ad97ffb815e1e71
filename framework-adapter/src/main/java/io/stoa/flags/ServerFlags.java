package io.stoa.flags;

import io.stoa.proto.json.MesosJson;
import io.stoa.proto.json.MesosJsonException;
import io.stoa.state.journal.zookeeper.ZooKeeperUrl;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.mesos.v1.Protos.DomainInfo;

/** The flags that Mesos' master and agent have in common. */
public final class ServerFlags {

    static final Flag<Boolean> HELP =
            Flag.of("help", FlagType.BOOLEAN, "Show this.").withDefault("false");
    /** Where a server is. */
    public static final Flag<DomainInfo> DOMAIN = Flag.of(
            "domain",
            new FlagType<>("JSON", true, ServerFlags::domain),
            "Region and zone of the host, {\"fault_domain\":{\"region\":{\"name\":\"R\"},\"zone\":{\"name\":\"Z\"}}}. A master"
                    + " without lets in no agents with one; one with offers agents in other regions only to frameworks"
                    + " with the capability REGION_AWARE.");

    static final Flag<Boolean> VERSION =
            Flag.of("version", FlagType.BOOLEAN, "Show the version.").withDefault("false");

    private static final Set<String> SECRETS =
            Set.of("credential", "credentials", "http_credentials", "jwt_secret_key");

    private static final List<Flag<?>> WITHOUT_EFFECT = Stream.of(
                    Flag.withoutEffect(FlagType.BOOLEAN, """
                            authenticate_http_readonly authenticate_http_readwrite/authenticate_http
                            initialize_driver_logging memory_profiling"""), Flag.withoutEffect(FlagType.TEXT, """
                            acls external_log_file firewall_rules hooks http_authenticators logbufsecs
                            master_detector modules modules_dir"""))
            .flatMap(List::stream)
            .toList();

    private ServerFlags() {}

    /**
     * The flags of a server.
     *
     * @param usage the line that help begins with
     * @param defaultPort where it listens if nothing is said
     * @param own those that only it has
     */
    public static FlagSet with(String usage, int defaultPort, List<Flag<?>> own) {
        return new FlagSet(
                usage,
                Stream.of(
                                ServerAddress.flags(defaultPort),
                                ServerLog.FLAGS,
                                List.of(HELP, VERSION, DOMAIN),
                                WITHOUT_EFFECT,
                                own)
                        .<Flag<?>>flatMap(List::stream)
                        .toList());
    }

    private static DomainInfo domain(String json) {
        DomainInfo domain;
        try {
            domain = MesosJson.parse(json.getBytes(StandardCharsets.UTF_8), DomainInfo.newBuilder())
                    .build();
        } catch (MesosJsonException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (!domain.hasFaultDomain()) {
            throw new IllegalArgumentException("`domain` must define `fault_domain`");
        }
        return domain;
    }

    /** What counts, for {@code /state} and {@code /flags}: everybody may read it, so there is no password in it. */
    public static Map<String, String> texts(FlagValues values) {
        Map<String, String> texts = new TreeMap<>(values.texts());
        texts.replaceAll((name, text) -> {
            if (text.startsWith(ZooKeeperUrl.SCHEME)) {
                return ZooKeeperUrl.parse(text).toString();
            }
            return SECRETS.contains(name) ? "***" : text;
        });
        return texts;
    }

    /**
     * The file that a server logs to; empty where it was not asked to.
     *
     * @param texts as {@link #texts} gives them
     * @param program master or agent
     */
    public static Optional<Path> logFile(Map<String, String> texts, String program) {
        return Optional.ofNullable(texts.get("log_dir")).map(directory -> ServerLog.file(Path.of(directory), program));
    }
}
