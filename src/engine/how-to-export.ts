/**
 * How a network gets out of PyTorch into a file that is read whatever it is made of.
 *
 * @module
 */

/** Lines of Python, for the end of a message. */
export const HOW_TO_EXPORT = `In Python:
    model.eval()
    batch = torch.export.Dim("batch", min=1, max=4096)
    program = torch.export.export(model, (torch.zeros(2, 3, 32, 32),), dynamic_shapes=({0: batch},))
    torch.export.save(program, "net.pt2")`;
