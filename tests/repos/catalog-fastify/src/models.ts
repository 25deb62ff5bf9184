import { Schema, model } from "mongoose";

export const Item = model("Item", new Schema({ name: { type: String, required: true, index: true }, cents: Number }));
