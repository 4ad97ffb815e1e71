package io.stoa.cli;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import io.stoa.proto.json.MesosJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.mesos.v1.master.Protos.Call;

/**
 * The HTTP endpoints of a master or an agent. Redirects are followed, so any master of a cluster will do.
 *
 * <p>What goes wrong is a {@link CommandException}: nobody answers or nobody leads ({@link ExitCode#UNREACHABLE}), or
 * what is answered is no success ({@link ExitCode#NOT_FOUND} for 404, {@link ExitCode#USAGE} for 300, which several
 * things fit, otherwise {@link ExitCode#FAILED}).
 */
public final class HttpEndpoint {

    private static final String OPERATOR_API = "/api/v1";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);
    private static final int ERROR_TEXT_MAX_BYTES = 4_096;

    /** One for all: each has threads of its own. */
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();

    private final String name;
    private final URI base;
    private final Duration patience;
    private final Optional<String> authorization;

    /**
     * @param name how messages call it, {@code master 10.0.0.1:5050}
     * @param base {@code http://10.0.0.1:5050}
     */
    public HttpEndpoint(String name, URI base) {
        this(name, base, ANSWER_TIMEOUT, Optional.empty());
    }

    private HttpEndpoint(String name, URI base, Duration patience, Optional<String> authorization) {
        this.name = name;
        this.base = base;
        this.patience = patience;
        this.authorization = authorization;
    }

    /** @param address {@code ip:port} */
    static HttpEndpoint ofAgent(String address) {
        return new HttpEndpoint("agent " + address, URI.create("http://" + address));
    }

    /** Whose answers, other than streams, are waited for no longer than that. */
    HttpEndpoint within(Duration patience) {
        return new HttpEndpoint(name, base, patience, authorization);
    }

    /** @param value of the header that every request has then; those that are redirected, too */
    HttpEndpoint withAuthorization(String value) {
        return new HttpEndpoint(name, base, patience, Optional.of(value));
    }

    public String name() {
        return name;
    }

    /** @param target path and query, encoded */
    public JsonNode get(String target) {
        return json(target, request(target).GET());
    }

    /** @param target path and query, encoded */
    public JsonNode post(String target) {
        return json(target, request(target).POST(BodyPublishers.noBody()));
    }

    /** @param json the body */
    public JsonNode post(String target, String json) {
        return json(
                target,
                request(target).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json)));
    }

    /** Makes a call of Mesos' operator API that changes something. */
    void call(Call call) {
        HttpResponse<InputStream> response = send(request(OPERATOR_API)
                .timeout(patience)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(MesosJson.print(call)))
                .build());
        if (response.statusCode() != 200 && response.statusCode() != 202) {
            throw refusal(OPERATOR_API, response);
        }
    }

    public HttpRequest.Builder request(String target) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(target));
        authorization.ifPresent(value -> request.header("Authorization", value));
        return request;
    }

    /** Sends what the caller has built; the answer's body streams. */
    public HttpResponse<InputStream> send(HttpRequest request) {
        try {
            return HTTP.send(request, BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw unreachable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandException(ExitCode.FAILED, "interrupted");
        }
    }

    /** Begins a request whose body is sent piece by piece; redirects are not followed. */
    StreamedPost streamedPost(String target, Map<String, String> headers) throws IOException {
        return StreamedPost.begin(base.resolve(target), headers, CONNECT_TIMEOUT);
    }

    public CommandException unreachable(IOException cause) {
        return new CommandException(ExitCode.UNREACHABLE, "no answer from " + name + " (" + reason(cause) + ")");
    }

    /** The JDK's client wraps what the system says, and leaves out what is plain to programmers only. */
    private static String reason(IOException failure) {
        if (failure instanceof HttpConnectTimeoutException || failure instanceof SocketTimeoutException) {
            return "no connection within " + CONNECT_TIMEOUT.toSeconds() + " s";
        }
        if (failure instanceof HttpTimeoutException) {
            return "it takes too long";
        }
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
            return "unknown host";
        }
        if (cause instanceof ClosedChannelException) {
            return "connection refused";
        }
        String text = cause.getMessage();
        return text == null
                ? cause.getClass().getSimpleName()
                : text.lines().findFirst().orElse(text);
    }

    /** What to tell the user of an answer that is no success. */
    public CommandException refusal(String target, HttpResponse<InputStream> response) {
        String text = "";
        try (InputStream body = response.body()) {
            text = new String(body.readNBytes(ERROR_TEXT_MAX_BYTES), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            text = String.valueOf(e.getMessage());
        }
        return refusal(target, response.statusCode(), text);
    }

    /** @param text that was answered; empty: nothing was said */
    CommandException refusal(String target, int status, String text) {
        return new CommandException(
                switch (status) {
                    // Several things may be meant.
                    case 300 -> ExitCode.USAGE;
                    case 404 -> ExitCode.NOT_FOUND;
                    // Masters that still send to each other are no more of a leader than one that waits for it.
                    case 307, 503 -> ExitCode.UNREACHABLE;
                    default -> ExitCode.FAILED;
                },
                text.isEmpty()
                        ? name + " answers " + status + " to " + target
                        : text.lines().findFirst().orElse(text));
    }

    private JsonNode json(String target, HttpRequest.Builder request) {
        HttpResponse<InputStream> response = send(request.timeout(patience).build());
        if (response.statusCode() != 200) {
            throw refusal(target, response);
        }
        try (InputStream body = response.body()) {
            return Json.read(body);
        } catch (JacksonException e) {
            throw new CommandException(ExitCode.FAILED, name + " answers no JSON to " + target);
        } catch (IOException e) {
            throw unreachable(e);
        }
    }
}
