import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.api.java.function.PairFunction;
import scala.Tuple2;

/**
 * A program on Spark, told what to compute by its standard input.
 *
 * <pre>
 * pi SLICES
 * words FILE SLICES GATE
 * </pre>
 *
 * The word count begins with each slice writing its number as a file into the directory GATE, and goes on when there is
 * a file called open.
 */
public final class SparkProgram {

    private static final int POINTS = 200_000;
    private static final long LOOK_AGAIN_MS = 50;

    private SparkProgram() {}

    public static void main(String[] args) throws IOException {
        try (JavaSparkContext spark = new JavaSparkContext(new SparkConf())) {
            tell("started " + spark.sc().applicationId());
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] words = line.split(" ");
                switch (words[0]) {
                    case "pi":
                        tell("pi " + pi(spark, Integer.parseInt(words[1])));
                        break;
                    case "words":
                        tell("words " + words(spark, words[1], Integer.parseInt(words[2]), words[3]));
                        break;
                    default:
                        throw new IllegalArgumentException(line);
                }
            }
        }
    }

    private static double pi(JavaSparkContext spark, int slices) {
        List<Integer> seeds = IntStream.range(0, slices).boxed().collect(Collectors.toList());
        long inside = spark.parallelize(seeds, slices).map(new Darts()).reduce(new Sum());
        return 4.0 * inside / ((double) POINTS * slices);
    }

    /** {@code a=3,b=1}: how often each word is in the file. */
    private static String words(JavaSparkContext spark, String file, int slices, String gate) {
        return new TreeMap<>(spark.textFile(file, slices)
                        .mapPartitionsWithIndex(new Wait(gate), true)
                        .flatMap(new Split())
                        .mapToPair(new One())
                        .reduceByKey(new Sum())
                        .collectAsMap())
                .entrySet().stream().map(Object::toString).collect(Collectors.joining(","));
    }

    private static void tell(String words) {
        System.out.println("@" + words);
    }

    /** How many of some points in a square are in the circle. */
    private static final class Darts implements Function<Integer, Long> {

        private static final long serialVersionUID = 1;

        @Override
        public Long call(Integer seed) {
            Random random = new Random(seed);
            return IntStream.range(0, POINTS)
                    .filter(any -> Math.hypot(random.nextDouble() * 2 - 1, random.nextDouble() * 2 - 1) <= 1)
                    .count();
        }
    }

    private static final class Sum implements Function2<Long, Long, Long> {

        private static final long serialVersionUID = 1;

        @Override
        public Long call(Long one, Long other) {
            return one + other;
        }
    }

    private static final class Wait implements Function2<Integer, Iterator<String>, Iterator<String>> {

        private static final long serialVersionUID = 1;

        private final String gate;

        Wait(String gate) {
            this.gate = gate;
        }

        @Override
        public Iterator<String> call(Integer slice, Iterator<String> lines) throws Exception {
            Path directory = Path.of(gate);
            Files.writeString(directory.resolve(slice.toString()), "");
            while (!Files.exists(directory.resolve("open"))) {
                Thread.sleep(LOOK_AGAIN_MS);
            }
            return lines;
        }
    }

    private static final class Split implements FlatMapFunction<String, String> {

        private static final long serialVersionUID = 1;

        @Override
        public Iterator<String> call(String line) {
            return Arrays.asList(line.split(" ")).iterator();
        }
    }

    private static final class One implements PairFunction<String, String, Long> {

        private static final long serialVersionUID = 1;

        @Override
        public Tuple2<String, Long> call(String word) {
            return new Tuple2<>(word, 1L);
        }
    }
}
