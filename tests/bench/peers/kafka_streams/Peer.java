// Kafka Streams, Processor API, one thread. `memory`: in-memory stores without a log; `at_least_once`: RocksDB with changelog;
// `exactly_once`: the same under exactly_once_v2. The same work as peers/decoding.py, with reused records and decoders.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

public class Peer {
  static final Map<String, String> ENVIRONMENT = System.getenv();
  static final long EVENTS = Long.parseLong(ENVIRONMENT.get("BENCH_EVENTS"));
  static final long DAY_MS = 86_400_000L;
  static final AtomicLong handled = new AtomicLong();
  static final ConcurrentHashMap<String, long[]> counts = new ConcurrentHashMap<>();
  static final com.sun.management.OperatingSystemMXBean system =
      (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  static final Map<Integer, Schema> schemas = new HashMap<>();
  static long beganNanos;
  static long cpuNanos;

  static class Written implements Serializer<long[]> {
    public byte[] serialize(String topic, long[] numbers) {
      if (numbers == null) return null;
      ByteBuffer bytes = ByteBuffer.allocate(8 * numbers.length);
      for (long number : numbers) bytes.putLong(number);
      return bytes.array();
    }
  }

  static class Read implements Deserializer<long[]> {
    public long[] deserialize(String topic, byte[] data) {
      if (data == null) return null;
      ByteBuffer bytes = ByteBuffer.wrap(data);
      long[] numbers = new long[data.length / 8];
      for (int at = 0; at < numbers.length; at++) numbers[at] = bytes.getLong();
      return numbers;
    }
  }

  static class Counting implements Processor<byte[], byte[], byte[], byte[]> {
    KeyValueStore<String, long[]> cases;
    KeyValueStore<String, long[]> rows;
    final Map<Integer, GenericDatumReader<GenericRecord>> readers = new HashMap<>();
    final Map<Integer, GenericRecord> reused = new HashMap<>();
    BinaryDecoder decoder;

    public void init(ProcessorContext<byte[], byte[]> context) {
      cases = context.getStateStore("cases");
      rows = context.getStateStore("counts");
      schemas.forEach((id, schema) -> readers.put(id, new GenericDatumReader<>(schema)));
    }

    public void process(Record<byte[], byte[]> record) {
      if (handled.get() == 0) start();
      byte[] value = record.value();
      int id = ByteBuffer.wrap(value, 1, 4).getInt();
      try {
        decoder = DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, decoder);
        GenericRecord event = readers.get(id).read(reused.get(id), decoder);
        reused.put(id, event);
        step(event.getSchema().getName().equals("AppealReported") ? 0 : 1, event);
      } catch (IOException error) {
        throw new RuntimeException(error);
      }
      if (handled.incrementAndGet() == EVENTS) tell();
    }

    void step(int kind, GenericRecord event) {
      String key = event.get("appeal_id").toString();
      long[] known = cases.get(key);
      if (known == null) known = new long[] {-1, -1};
      if (known[kind] >= 0) return;
      known[kind] = (Long) event.get("occurred_at");
      cases.put(key, known);
      if (known[0] < 0) return;
      String place = event.get("township") + "|" + (known[0] / DAY_MS);
      long[] row = rows.get(place);
      if (row == null) row = new long[3];
      if (kind == 0) row[0]++;
      if (known[1] >= 0) {
        row[1]++;
        if (known[1] - known[0] <= DAY_MS) row[2]++;
      }
      rows.put(place, row);
      counts.put(place, row.clone());
    }
  }

  static synchronized void start() {
    if (beganNanos == 0) {
      cpuNanos = system.getProcessCpuTime();
      beganNanos = System.nanoTime();
    }
  }

  static void tell() {
    double seconds = (System.nanoTime() - beganNanos) / 1e9;
    double cpu = (system.getProcessCpuTime() - cpuNanos) / 1e9;
    StringBuilder text = new StringBuilder();
    text.append("{\"events\":").append(EVENTS).append(",\"seconds\":").append(seconds);
    text.append(",\"cpu_seconds\":").append(cpu).append(",\"counts\":{");
    String between = "";
    for (var row : counts.entrySet()) {
      text.append(between).append('"').append(row.getKey()).append("\":").append(Arrays.toString(row.getValue()));
      between = ",";
    }
    Path result = Path.of(ENVIRONMENT.get("BENCH_RESULT"));
    Path part = Path.of(result + ".part");
    try {
      Files.writeString(part, text.append("}}"));
      Files.move(part, result);
    } catch (IOException error) {
      throw new RuntimeException(error);
    }
    Runtime.getRuntime().halt(0);
  }

  public static void main(String[] arguments) throws Exception {
    JsonNode told = new ObjectMapper().readTree(ENVIRONMENT.get("BENCH_SCHEMAS"));
    told.fields()
        .forEachRemaining(
            one -> {
              Schema schema = new Schema.Parser().parse(one.getValue().toString());
              schema.getFields().stream()
                  .map(Schema.Field::schema)
                  .filter(type -> type.getType() == Schema.Type.STRING)
                  .forEach(type -> GenericData.setStringType(type, GenericData.StringType.String));
              schemas.put(Integer.parseInt(one.getKey()), schema);
            });
    String mode = ENVIRONMENT.get("BENCH_MODE");
    Properties settings = new Properties();
    settings.put("application.id", "streams-" + ENVIRONMENT.get("BENCH_RUN"));
    settings.put("bootstrap.servers", ENVIRONMENT.get("BENCH_BROKER"));
    settings.put("state.dir", ENVIRONMENT.get("BENCH_FOLDER") + "/state");
    settings.put("auto.offset.reset", "earliest");
    settings.put("num.stream.threads", "1");
    if (mode.equals("exactly_once")) settings.put("processing.guarantee", "exactly_once_v2");
    settings.put("default.key.serde", Serdes.ByteArraySerde.class);
    settings.put("default.value.serde", Serdes.ByteArraySerde.class);
    Serde<long[]> longs = Serdes.serdeFrom(new Written(), new Read());
    Topology topology = new Topology();
    topology.addSource("events", ENVIRONMENT.get("BENCH_TOPIC"));
    topology.addProcessor("counting", Counting::new, "events");
    for (String store : new String[] {"cases", "counts"}) {
      boolean memory = mode.equals("memory");
      var builder =
          Stores.keyValueStoreBuilder(
              memory ? Stores.inMemoryKeyValueStore(store) : Stores.persistentKeyValueStore(store),
              Serdes.String(),
              longs);
      topology.addStateStore(memory ? builder.withLoggingDisabled() : builder, "counting");
    }
    new KafkaStreams(topology, settings).start();
  }
}
