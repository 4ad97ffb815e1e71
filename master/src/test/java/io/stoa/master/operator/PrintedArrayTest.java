package io.stoa.master.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stoa.http.PiecedBody;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PrintedArrayTest {

    /** As a task: its number stays when its state changes. */
    private record Item(int number, int state) {

        String json() {
            return ",[" + number + "," + "7".repeat(state + 1) + "]";
        }
    }

    private final PrintedArray<Item, Integer> array = new PrintedArray<>(PrintedArray.Kind.ofConstants(
            Item::number,
            this::print,
            items -> items.stream().mapToInt(Item::state).sum()));
    private int printed;
    private int nextNumber;

    private void print(Item item, OutputStream out) throws IOException {
        printed++;
        out.write(item.json().getBytes(UTF_8));
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
        array.shareWith(body, 1);
        String text = items.stream().map(Item::json).collect(Collectors.joining());
        assertThat(new String(body.stream().readAllBytes(), UTF_8))
                .as(what)
                .isEqualTo(text.isEmpty() ? "" : text.substring(1));
        assertThat(array.length()).as(what).isEqualTo(text.length());
        assertThat(array.size()).as(what).isEqualTo(items.size());
        assertThat(array.sums().mapToInt(Integer::intValue).sum())
                .as(what)
                .isEqualTo(items.stream().mapToInt(Item::state).sum());
    }
}
