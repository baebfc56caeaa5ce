import os
import sys
import unittest

from lambda_service import LambdaService

here = os.path.dirname(os.path.abspath(__file__))
program = os.environ.get("LAMBDA_BOOTSTRAPS") or os.path.join(here, "../../packages/cli/dist/lambda-bootstraps")


class Orders(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.service = LambdaService(program).start()
        cls.addClassCleanup(cls.service.stop)
        cls.orders = cls.service.create(
            "orders",
            runtime=f"python{sys.version_info.major}.{sys.version_info.minor}",
            handler="app.handler",
            taskDir=os.path.join(here, "function"),
            environment={"SHOP": "tea"},
            timeoutMs=30_000,
            concurrency=1,
        )

    def test_an_order_is_taken(self):
        answer = self.orders.invoke({"order": 7}, tail=True)
        self.assertEqual(answer["payload"]["function"], "orders")
        self.assertIn("order 7 for tea", answer["logTail"])
        self.assertEqual(answer["report"]["status"], "success")

    def test_an_order_without_a_number_is_an_error(self):
        answer = self.orders.invoke({})
        self.assertEqual(answer["functionError"], "Unhandled")
        self.assertEqual(answer["payload"]["errorType"], "KeyError")

    def test_new_settings_begin_with_a_new_environment(self):
        self.orders.update(environment={"SHOP": "coffee"})
        answer = self.orders.invoke({"order": 8}, tail=True)
        self.assertEqual(answer["payload"]["taken"], 1)
        self.assertIn("order 8 for coffee", answer["logTail"])

    def test_what_happens_can_be_heard(self):
        _, begin = self.service.events()
        self.orders.invoke({"order": 9})
        events, _ = self.service.events(since=begin, wait=10, types=["log", "invocation-completed"])
        self.assertEqual(events[-1]["type"], "invocation-completed")
        self.assertIn("order 9", "".join(event["text"] for event in events[:-1]))

    def test_what_is_wrong_is_said(self):
        with self.assertRaisesRegex(RuntimeError, "timeoutMs: 0 is not from 1 to 900000"):
            self.orders.update(timeoutMs=0)


if __name__ == "__main__":
    unittest.main()
