package io.stoa.master.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.stoa.http.PiecedBody;
import io.stoa.proto.json.MesosJson;
import io.stoa.state.resources.Resources;
import io.stoa.v0.ResourceSums;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.mesos.v1.Protos.Resource;
import org.junit.jupiter.api.Test;

class PrintedArrayTest {

    /** As a task: its number stays when its state changes. */
    private record Item(int number, int state) {

        String json() {
            return "[" + number + "," + "7".repeat(state + 1) + "]";
        }
    }

    private final PrintedArray<Item> array = new PrintedArray<>(new Items());
    private int printed;
    private int nextNumber;

    private final class Items implements PrintedArray.Kind<Item> {

        @Override
        public Object id(Item item) {
            return item.number();
        }

        @Override
        public void write(Item item, JsonGenerator out) throws IOException {
            printed++;
            out.writeRawValue(item.json());
        }

        @Override
        public List<Resource> resources(Item item) {
            return Resources.parse("cpus:" + (item.state() + 1)).toProto("*");
        }
    }

    @Test
    void whateverChangesTheTextIsThatOfTheElements() throws IOException {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            List<Item> items = new ArrayList<>();
            for (int answer = 0; answer < 40; answer++) {
                change(items, random);
                assertShows(items, "seed " + seed + ", answer " + answer);
            }
        }
    }

    /** Few or many at once, at one place or scattered; at times in another order. */
    private void change(List<Item> items, Random random) {
        int count = 1 << random.nextInt(8);
        switch (random.nextInt(6)) {
            case 0 -> items.addAll(random.nextInt(items.size() + 1), fresh(count));
            case 1 -> {
                int from = random.nextInt(items.size() + 1);
                items.subList(from, Math.min(items.size(), from + count)).clear();
            }
            case 2 -> items.removeIf(item -> random.nextInt(count) == 0);
            case 3 ->
                items.replaceAll(
                        item -> random.nextInt(count) == 0 ? new Item(item.number(), random.nextInt(5)) : item);
            case 4 -> fresh(count).forEach(item -> items.add(random.nextInt(items.size() + 1), item));
            default -> Collections.rotate(items, random.nextInt(2) * count);
        }
    }

    private List<Item> fresh(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Item(nextNumber++, 0))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    @Test
    void onlyWhatIsNewOrHasChangedIsPrinted() throws IOException {
        List<Item> items = fresh(5_000);
        assertPrints(5_000, items);
        assertPrints(0, items);
        for (int i = 0; i < items.size(); i += 100) {
            items.set(i, new Item(items.get(i).number(), 1));
        }
        assertPrints(50, items);
        items.subList(10, 1_000).clear();
        assertPrints(0, items);
        items.addAll(2_000, fresh(100));
        assertPrints(100, items);
        items.addAll(fresh(100));
        assertPrints(100, items);
        items.subList(0, 900).clear();
        assertPrints(0, items);
    }

    @Test
    void anEmptyArrayIsEmptyAgain() throws IOException {
        List<Item> items = fresh(40);
        assertPrints(40, items);
        assertPrints(0, List.of());
        assertPrints(40, items);
    }

    private void assertPrints(int count, List<Item> items) throws IOException {
        printed = 0;
        assertShows(items, "");
        assertThat(printed).isEqualTo(count);
    }

    private void assertShows(List<Item> items, String what) throws IOException {
        array.show(items);
        PiecedBody body = new PiecedBody();
        array.shareWith(body);
        assertThat(new String(body.stream().readAllBytes(), UTF_8))
                .as(what)
                .isEqualTo(items.stream().map(Item::json).collect(Collectors.joining(",")));
        int cpus = items.stream().mapToInt(item -> item.state() + 1).sum();
        assertThat(text(array.sums()))
                .as(what)
                .isEqualTo("{\"sum\":{\"disk\":0.0,\"mem\":0.0,\"gpus\":0.0,\"cpus\":" + cpus + ".0}}");
    }

    private static String text(ResourceSums sums) throws IOException {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder()) {
            try (JsonGenerator out = MesosJson.generator(bytes)) {
                out.writeStartObject();
                sums.write("sum", out);
                out.writeEndObject();
            }
            return new String(bytes.toByteArray(), UTF_8);
        }
    }
}
