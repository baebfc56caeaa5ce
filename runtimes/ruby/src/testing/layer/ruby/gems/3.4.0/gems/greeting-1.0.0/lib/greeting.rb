module Greeting
  TEXT = 'gem'.freeze
end
