def lambda_handler(event:, context:)
  puts "Hello from #{context.function_name}"
  { event: event, requestId: context.aws_request_id, remainingMs: context.get_remaining_time_in_millis }
end
