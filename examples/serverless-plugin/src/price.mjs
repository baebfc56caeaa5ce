export const handler = async ({ net }) => ({
  gross: net * (1 + Number(process.env.TAX)),
  currency: process.env.CURRENCY,
});
