require 'json'

def echo(event:, context:)
  event
end

def throws(event:, context:)
  raise TypeError, 'it is broken'
end

# The client turns `exit` into a function error.
def exit42(event:, context:)
  exit!(42)
end

def exit0(event:, context:)
  exit!(0)
end

def sigkill(event:, context:)
  Process.kill('KILL', Process.pid)
  sleep
end

def loop_for_ever
  nil while true
end

def loopOnce(event:, context:)
  loop_for_ever if event['loop']
  event
end

def context(event:, context:)
  {
    requestId: context.aws_request_id,
    functionName: context.function_name,
    functionVersion: context.function_version,
    invokedFunctionArn: context.invoked_function_arn,
    remainingMs: context.get_remaining_time_in_millis,
    clientContext: context.client_context,
    cognitoIdentityId: context.identity&.fetch('cognitoIdentityId'),
    tenantId: context.tenant_id,
    traceId: ENV['_X_AMZN_TRACE_ID']
  }
end

def environment(event:, context:)
  ENV.to_h
end

def writes(event:, context:)
  $stdout.write('out without end')
  $stderr.write("err line\n")
  'written'
end

def sevenMegabytes(event:, context:)
  'x' * 7_000_000
end

$count = 0

def counts(event:, context:)
  $count += 1
end

def child(event:, context:)
  puts "child=#{spawn('sleep', '1000', %i[out err] => '/dev/null')}"
  loop_for_ever
end

module Behaviours
  def self.loops(event:, context:)
    nil while true
  end
end
