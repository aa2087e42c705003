'use strict';

// Two independent clients of a schema registry behind the same two functions:
// encode(topic, schema, value) registers the Avro schema as `topic`-value and gives the bytes of a record's value,
// decode(topic, bytes) gives the value back, read with the schema the bytes name.

const kafkajs = (host) => {
  const { SchemaRegistry, SchemaType } = require('@kafkajs/confluent-schema-registry');
  const registry = new SchemaRegistry({ host });
  return {
    async encode(topic, schema, value) {
      const { id } = await registry.register({ type: SchemaType.AVRO, schema }, { subject: `${topic}-value` });
      return registry.encode(id, value);
    },
    decode: (topic, bytes) => registry.decode(bytes),
  };
};

const confluent = (url) => {
  const { AvroDeserializer, AvroSerializer, SchemaRegistryClient, SerdeType } = require('@confluentinc/schemaregistry');
  const client = new SchemaRegistryClient({ baseURLs: [url], maxRetries: 0 });
  return {
    async encode(topic, schema, value) {
      await client.register(`${topic}-value`, { schemaType: 'AVRO', schema });
      const serializer = new AvroSerializer(client, SerdeType.VALUE, { useLatestVersion: true });
      return serializer.serialize(topic, value);
    },
    decode: (topic, bytes) => new AvroDeserializer(client, SerdeType.VALUE, {}).deserialize(topic, bytes),
  };
};

module.exports = { kafkajs, confluent };
