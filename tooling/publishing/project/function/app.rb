def handler(event:, context:)
  { got: event }
end
