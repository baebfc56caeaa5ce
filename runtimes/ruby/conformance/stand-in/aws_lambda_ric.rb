# frozen_string_literal: true

# Says to Lambda what aws_lambda_ric 3.1.3 says, for machines that cannot have that gem. It was written from the
# outside: requests, headers, exit statuses and log records.

require 'json'
require 'net/http'

$stdout.sync = true

module AwsLambdaRIC
  Context = Struct.new(
    :aws_request_id, :invoked_function_arn, :deadline_ms, :client_context, :identity, :tenant_id, keyword_init: true
  ) do
    def function_name = ENV['AWS_LAMBDA_FUNCTION_NAME']
    def function_version = ENV['AWS_LAMBDA_FUNCTION_VERSION']

    def get_remaining_time_in_millis
      [deadline_ms - Process.clock_gettime(Process::CLOCK_REALTIME, :millisecond), 0].max
    end
  end

  # The records that the log descriptor carries: type, length, microseconds, text.
  class TelemetryLog
    def initialize(descriptor)
      @file = IO.new(descriptor, 'wb')
      @file.sync = true
    end

    def write(text)
      @file.write([0xa55a0003, text.bytesize, (Time.now.to_f * 1_000_000).to_i].pack('L>L>Q>') + text.b)
    end
  end

  class Bootstrap
    def start
      take_over_puts
      load_handler
      serve_one while true
    rescue Exception => error # rubocop:disable Lint/RescueException
      raise if @loaded

      report('init/error', error, 'Init')
      exit(-4)
    end

    private

    def take_over_puts
      descriptor = ENV.delete('_LAMBDA_TELEMETRY_LOG_FD')
      return unless descriptor

      log = TelemetryLog.new(descriptor.to_i)
      Kernel.define_method(:puts) do |*values|
        log.write(values.flatten.join("\n").then { |text| text.end_with?("\n") ? text : "#{text}\n" })
      end
    end

    def load_handler
      file, *receiver, @method = ENV.fetch('_HANDLER').split('.')
      $LOAD_PATH.unshift(Dir.pwd)
      require file
      @receiver = receiver.empty? ? self : Object.const_get(receiver.first)
      @loaded = true
    end

    def serve_one
      id, event, context = receive
      begin
        answer = @receiver.__send__(@method, event: event, context: context).to_json
      rescue Exception => error # rubocop:disable Lint/RescueException
        report("invocation/#{id}/error", error, 'Function')
        exit(-1) if error.is_a?(NameError) || !error.is_a?(StandardError)
      else
        Net::HTTP.post(uri("invocation/#{id}/response"), answer, 'Content-Type' => 'application/json')
      end
    end

    def receive
      response = Net::HTTP.start(uri('').host, uri('').port, read_timeout: 1_000_000) do |connection|
        connection.get(uri('invocation/next').path)
      end
      header = ->(name) { response["Lambda-Runtime-#{name}"] }
      ENV['_X_AMZN_TRACE_ID'] = header.('Trace-Id')
      parsed = ->(name) { header.(name) && JSON.parse(header.(name)) }
      context = Context.new(
        aws_request_id: header.('Aws-Request-Id'), invoked_function_arn: header.('Invoked-Function-Arn'),
        deadline_ms: header.('Deadline-Ms').to_i, client_context: parsed.('Client-Context'),
        identity: parsed.('Cognito-Identity'), tenant_id: header.('Aws-Tenant-Id')
      )
      [context.aws_request_id, JSON.parse(response.body), context]
    end

    def report(route, error, kind)
      body = { errorMessage: error.message, errorType: "#{kind}<#{error.class}>", stackTrace: error.backtrace || [] }
      puts JSON.pretty_generate(body)
      Net::HTTP.post(uri(route), body.to_json, 'Lambda-Runtime-Function-Error-Type' => 'Function<UserException>')
    end

    def uri(route) = URI("http://#{ENV.fetch('AWS_LAMBDA_RUNTIME_API')}/2018-06-01/runtime/#{route}")
  end
end
