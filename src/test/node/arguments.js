'use strict';

// What both scripts are told: where the cluster is, which registry client to use, and the topic.

const { parseArgs } = require('node:util');
const { Kafka, logLevel } = require('kafkajs');
const registries = require('./registries');

process.env.KAFKAJS_NO_PARTITIONER_WARNING = '1';

module.exports = (more = {}) => {
  const { values } = parseArgs({
    options: {
      bootstrap: { type: 'string' },
      registry: { type: 'string' },
      client: { type: 'string', default: 'kafkajs' },
      topic: { type: 'string' },
      ...more,
    },
  });
  for (const needed of ['bootstrap', 'registry', 'topic']) {
    if (!values[needed]) {
      throw new Error(`--${needed} is missing`);
    }
  }
  const open = registries[values.client];
  if (!open) {
    throw new Error(`--client is one of ${Object.keys(registries).join(', ')}`);
  }
  const kafka = new Kafka({
    clientId: 'tagweir-node',
    brokers: values.bootstrap.split(','),
    logLevel: logLevel.ERROR,
  });
  return { ...values, kafka, codec: open(values.registry) };
};
