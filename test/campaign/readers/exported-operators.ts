/**
 * PyTorch 2.13's public operators on tensors, for programs that call any of them. Of those that work in place only some,
 * and none that is refused by its name as a part of another.
 *
 * @module
 */
const NAMES = `
Bool.Tensor Complex.Tensor_Tensor Complex.Tensor_bool Complex.Tensor_float Complex.Tensor_int Complex.bool_Tensor
Complex.float_Tensor Complex.int_Tensor ComplexImplicit Delete.Dict_Tensor Float.Tensor FloatImplicit Int.Tensor
IntImplicit ScalarImplicit abs absolute acos acosh adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d
adaptive_max_pool1d adaptive_max_pool2d adaptive_max_pool3d add.Scalar add.Tensor add_.Scalar add_.Tensor addbmm
addcdiv addcmul addmm addmm.dtype addmv addr adjoint affine_grid_generator alias alias_copy all all.dim all.dims
allclose alpha_dropout amax amin aminmax angle any any.dim any.dims arccos arccosh arcsin arcsinh arctan arctan2
arctanh argmax argmin argsort argsort.stable argwhere as_strided as_strided_ as_strided_copy as_strided_scatter
as_tensor asin asinh atan atan2 atanh atleast_1d atleast_1d.Sequence atleast_2d atleast_2d.Sequence atleast_3d
atleast_3d.Sequence avg_pool1d avg_pool2d avg_pool3d backward backward.TensorList baddbmm baddbmm.dtype batch_norm
batch_norm_elemt batch_norm_gather_stats batch_norm_gather_stats_with_counts batch_norm_stats
batch_norm_update_stats bernoulli bernoulli.Tensor bernoulli.p bilinear binary_cross_entropy
binary_cross_entropy_with_logits bincount binomial bitwise_and.Scalar bitwise_and.Scalar_Tensor bitwise_and.Tensor
bitwise_left_shift.Scalar_Tensor bitwise_left_shift.Tensor bitwise_left_shift.Tensor_Scalar bitwise_not
bitwise_or.Scalar bitwise_or.Scalar_Tensor bitwise_or.Tensor bitwise_right_shift.Scalar_Tensor
bitwise_right_shift.Tensor bitwise_right_shift.Tensor_Scalar bitwise_xor.Scalar bitwise_xor.Scalar_Tensor
bitwise_xor.Tensor block_diag bmm bmm.dtype broadcast_tensors broadcast_to bucketize.Scalar bucketize.Tensor
cartesian_prod cat cauchy ccol_indices ccol_indices_copy cdist ceil celu chain_matmul chalf channel_shuffle cholesky
cholesky_inverse cholesky_solve choose_qparams_optimized chunk clamp clamp.Tensor clamp_ clamp_.Tensor clamp_max
clamp_max.Tensor clamp_min clamp_min.Tensor clear.Tensor clip clip.Tensor clone coalesce col2im col_indices
col_indices_copy column_stack combinations complex concat concatenate conj conj_physical constant_pad_nd contiguous
conv1d conv1d.padding conv2d conv2d.padding conv3d conv3d.padding conv_depthwise3d conv_tbc conv_transpose1d
conv_transpose2d.input conv_transpose3d.input convolution convolution_overrideable copy copy.Dict_Tensor copy_
copy_.Tensor copy_.float copy_.int copy_sparse_to_sparse copysign.Scalar copysign.Tensor corrcoef cos cosh
cosine_embedding_loss cosine_similarity count.Tensor count_nonzero count_nonzero.dim_IntList cov cpu cross
cross_entropy_loss crow_indices crow_indices_copy ctc_loss.IntList ctc_loss.Tensor cuda cummax cummin cumprod cumsum
cumulative_trapezoid.dx cumulative_trapezoid.x data deg2rad dense_dim dequantize.list dequantize.self
dequantize.tensor dequantize.tensors det detach detach_copy diag diag_embed diagflat diagonal diagonal_copy
diagonal_scatter dict.Dict_Tensor dict.Tensor diff digamma dim dist div.Scalar div.Scalar_mode div.Tensor
div.Tensor_mode divide.Scalar divide.Scalar_mode divide.Tensor divide.Tensor_mode dot dropout dsplit.array
dsplit.int dstack einsum einsum.sublist element_size elu embedding embedding_bag embedding_bag.padding_idx
embedding_renorm empty_like empty_quantized eq.Scalar eq.Tensor eq.Tensor_list equal erf erfc erfinv exp exp2 expand
expand_as expand_copy expm1 exponential fake_quantize_per_channel_affine fake_quantize_per_channel_affine_cachemask
fake_quantize_per_tensor_affine fake_quantize_per_tensor_affine.tensor_qparams
fake_quantize_per_tensor_affine_cachemask feature_alpha_dropout feature_dropout fft_fft fft_fft2 fft_fftn
fft_fftshift fft_hfft fft_hfft2 fft_hfftn fft_ifft fft_ifft2 fft_ifftn fft_ifftshift fft_ihfft fft_ihfft2 fft_ihfftn
fft_irfft fft_irfft2 fft_irfftn fft_rfft fft_rfft2 fft_rfftn fill.Scalar fill.Tensor fill_.Scalar fill_.Tensor
fill_diagonal_ fix flatten.using_ints flatten_dense_tensors flip fliplr flipud float_power.Scalar
float_power.Tensor_Scalar float_power.Tensor_Tensor floor floor_divide floor_divide.Scalar fmax fmin fmod.Scalar
fmod.Tensor frac fractional_max_pool2d fractional_max_pool3d frexp.Tensor frobenius_norm.dim full_like
fused_moving_avg_obs_fake_quant gather gcd ge.Scalar ge.Tensor gelu geometric geqrf ger get.Tensor
get.default_Tensor get_device glu glu_jvp grad gradient.array gradient.scalararray gradient.scalarint
gradient.scalarrayarray gradient.scalarrayint gradient.tensorarray gradient.tensorarrayint greater.Scalar
greater.Tensor greater_equal.Scalar greater_equal.Tensor grid_sampler grid_sampler_2d grid_sampler_3d group_norm
gru.data gru.input gru_cell gt.Scalar gt.Tensor hardshrink hardsigmoid hardswish hardtanh hash_tensor heaviside
hinge_embedding_loss histc histogram.bin_ct histogram.bins_tensor histogramdd histogramdd.TensorList_bins
histogramdd.int_bins hsplit.array hsplit.int hspmm hstack huber_loss hypot i0 igamma igammac im2col imag
index.Tensor index.Tensor_hacked_twin index.list_Tensor index_add index_copy index_fill.int_Scalar
index_fill.int_Tensor index_put index_put.hacked_twin index_put_ index_put_.hacked_twin index_reduce index_select
indices indices_copy inner instance_norm int_repr inverse is_coalesced is_complex is_conj is_contiguous
is_contiguous.memory_format is_distributed is_floating_point is_inference is_leaf is_neg
is_non_overlapping_and_dense is_nonzero is_pinned is_same_size is_set_to is_signed is_strides_like_format isclose
isfinite isin.Scalar_Tensor isin.Tensor_Scalar isin.Tensor_Tensor isinf isnan isneginf isposinf isreal istft item
items.Tensor keys.Tensor kl_div kron kthvalue l1_loss layer_norm lcm ldexp.Tensor le.Scalar le.Tensor leaky_relu
len.Dict_Tensor len.Tensor lerp.Scalar lerp.Tensor less.Scalar less.Tensor less_equal.Scalar less_equal.Tensor
lgamma lift lift_fresh lift_fresh_copy linalg__powsum linalg_cholesky linalg_cholesky_ex linalg_cond
linalg_cond.p_str linalg_cross linalg_det linalg_diagonal linalg_eig linalg_eigh linalg_eigvals linalg_eigvalsh
linalg_householder_product linalg_inv linalg_inv_ex linalg_ldl_factor linalg_ldl_factor_ex linalg_ldl_solve
linalg_lstsq linalg_lu linalg_lu_factor linalg_lu_factor_ex linalg_lu_solve linalg_matmul linalg_matrix_exp
linalg_matrix_norm linalg_matrix_norm.str_ord linalg_matrix_power linalg_matrix_rank
linalg_matrix_rank.atol_rtol_float linalg_matrix_rank.atol_rtol_tensor linalg_matrix_rank.tol_tensor
linalg_multi_dot linalg_norm linalg_norm.ord_str linalg_pinv linalg_pinv.atol_rtol_float
linalg_pinv.atol_rtol_tensor linalg_pinv.rcond_tensor linalg_qr linalg_slogdet linalg_solve linalg_solve_ex
linalg_solve_triangular linalg_svd linalg_svdvals linalg_tensorinv linalg_tensorsolve linalg_vander linalg_vecdot
linalg_vector_norm linear linspace.Scalar_Tensor linspace.Tensor_Scalar linspace.Tensor_Tensor log log10 log1p log2
log_normal log_sigmoid log_sigmoid_forward log_softmax.int logaddexp logaddexp2 logcumsumexp logdet logical_and
logical_not logical_or logical_xor logit logspace.Scalar_Tensor logspace.Tensor_Scalar logspace.Tensor_Tensor
logsumexp lstm.data lstm.input lstm_cell lt.Scalar lt.Tensor lu_solve lu_unpack mH mH.a mT mT.a margin_ranking_loss
masked_fill.Scalar masked_fill.Tensor masked_fill_.Scalar masked_fill_.Tensor masked_scatter masked_select matmul
matrix_H matrix_H.a matrix_exp matrix_power max max.dim max.other max_pool1d max_pool1d_with_indices max_pool2d
max_pool2d_with_indices max_pool3d max_pool3d_with_indices max_unpool2d max_unpool3d maximum mean mean.dim median
median.dim meshgrid meshgrid.indexing min min.dim min.other minimum mish mm mm.dtype mode moveaxis.int
moveaxis.intlist movedim.int movedim.intlist mse_loss msort mul.Scalar mul.Tensor mul_.Scalar mul_.Tensor
multi_margin_loss multilabel_margin_loss multilabel_margin_loss_forward multinomial multiply.Scalar multiply.Tensor
mv mvlgamma nan_to_num nanmean nanmedian nanmedian.dim nanquantile nanquantile.scalar nansum narrow narrow.Tensor
narrow_copy native_batch_norm native_channel_shuffle native_dropout native_group_norm native_layer_norm native_norm
native_norm.ScalarOpt_dim_dtype ne.Scalar ne.Tensor ne.Tensor_list neg negative nested_to_padded_tensor new_empty
new_empty_strided new_full new_ones new_zeros nextafter nll_loss nll_loss2d nll_loss2d_forward nll_loss_forward
nll_loss_nd nonzero nonzero_numpy nonzero_static norm.Scalar norm.ScalarOpt_dim norm.ScalarOpt_dim_dtype
norm.ScalarOpt_dtype norm_except_dim normal.Tensor_Tensor normal.Tensor_float normal.float_Tensor normal_functional
not_equal.Scalar not_equal.Tensor nuclear_norm nuclear_norm.dim numel numpy_T numpy_T.a one_hot ones_like orgqr
ormqr outer output_nr pad pad_sequence pairwise_distance pdist permute permute_copy pin_memory pinverse
pixel_shuffle pixel_unshuffle poisson poisson_nll_loss polar polygamma pop.Dict_Tensor pop.Dict_default_Tensor
popitem.Tensor positive pow.Scalar pow.Tensor_Scalar pow.Tensor_Tensor prelu prod prod.dim_int put
q_per_channel_axis q_per_channel_scales q_per_channel_zero_points q_scale q_zero_point qr qscheme quantile
quantile.scalar rad2deg rand_like randint_like randint_like.Tensor randint_like.low_dtype randn_like random
random.from random.to ravel real reciprocal record_stream reflection_pad1d reflection_pad2d reflection_pad3d relu
relu6 relu_ remainder.Scalar remainder.Scalar_Tensor remainder.Tensor remove.Tensor renorm repeat
repeat_interleave.Tensor repeat_interleave.self_Tensor repeat_interleave.self_int replication_pad1d
replication_pad2d replication_pad3d requires_grad_ reshape reshape_as resize resize_as resize_as_sparse resolve_conj
resolve_neg result_type.Scalar result_type.Scalar_Tensor result_type.Tensor retain_grad retains_grad rms_norm
rnn_relu.data rnn_relu.input rnn_relu_cell rnn_tanh.data rnn_tanh.input rnn_tanh_cell roll rot90 round
round.decimals row_indices row_indices_copy row_stack rrelu rrelu_with_noise rrelu_with_noise_functional rsqrt
rsub.Scalar rsub.Tensor scaled_dot_product_attention scatter.reduce scatter.src scatter.value scatter.value_reduce
scatter_.reduce scatter_.src scatter_.value scatter_.value_reduce scatter_add scatter_reduce.two searchsorted.Scalar
searchsorted.Tensor segment_reduce select.int select_copy.int select_scatter selu set set.source_Storage
set.source_Storage_storage_offset set.source_Tensor set_data setdefault.Tensor sgn sigmoid sign signbit silu sin
sinc sinh size size.int slice.Tensor slice_copy.Tensor slice_inverse slice_scatter slogdet smm smooth_l1_loss
soft_margin_loss softmax.int softplus softshrink sort sort.Tensor sort.stable sorted.Tensor special_airy_ai
special_bessel_j0 special_bessel_j1 special_bessel_y0 special_bessel_y1 special_chebyshev_polynomial_t
special_chebyshev_polynomial_t.n_scalar special_chebyshev_polynomial_t.x_scalar special_chebyshev_polynomial_u
special_chebyshev_polynomial_u.n_scalar special_chebyshev_polynomial_u.x_scalar special_chebyshev_polynomial_v
special_chebyshev_polynomial_v.n_scalar special_chebyshev_polynomial_v.x_scalar special_chebyshev_polynomial_w
special_chebyshev_polynomial_w.n_scalar special_chebyshev_polynomial_w.x_scalar special_digamma special_entr
special_erf special_erfc special_erfcx special_erfinv special_exp2 special_expit special_expm1 special_gammainc
special_gammaincc special_gammaln special_hermite_polynomial_h special_hermite_polynomial_h.n_scalar
special_hermite_polynomial_h.x_scalar special_hermite_polynomial_he special_hermite_polynomial_he.n_scalar
special_hermite_polynomial_he.x_scalar special_i0 special_i0e special_i1 special_i1e special_laguerre_polynomial_l
special_laguerre_polynomial_l.n_scalar special_laguerre_polynomial_l.x_scalar special_legendre_polynomial_p
special_legendre_polynomial_p.n_scalar special_legendre_polynomial_p.x_scalar special_log1p special_log_ndtr
special_log_softmax special_logit special_logsumexp special_modified_bessel_i0 special_modified_bessel_i1
special_modified_bessel_k0 special_modified_bessel_k1 special_multigammaln special_ndtr special_ndtri
special_polygamma special_psi special_round special_scaled_modified_bessel_k0 special_scaled_modified_bessel_k1
special_shifted_chebyshev_polynomial_t special_shifted_chebyshev_polynomial_t.n_scalar
special_shifted_chebyshev_polynomial_t.x_scalar special_shifted_chebyshev_polynomial_u
special_shifted_chebyshev_polynomial_u.n_scalar special_shifted_chebyshev_polynomial_u.x_scalar
special_shifted_chebyshev_polynomial_v special_shifted_chebyshev_polynomial_v.n_scalar
special_shifted_chebyshev_polynomial_v.x_scalar special_shifted_chebyshev_polynomial_w
special_shifted_chebyshev_polynomial_w.n_scalar special_shifted_chebyshev_polynomial_w.x_scalar special_sinc
special_softmax special_spherical_bessel_j0 special_xlog1py special_xlog1py.other_scalar special_xlog1py.self_scalar
special_xlogy special_xlogy.other_scalar special_xlogy.self_scalar special_zeta special_zeta.other_scalar
special_zeta.self_scalar split split.Tensor split.sizes split_copy.Tensor split_with_sizes split_with_sizes_copy
sqrt square squeeze squeeze.dim squeeze.dims squeeze_ squeeze_.dim squeeze_.dims squeeze_copy squeeze_copy.dim
squeeze_copy.dims sspaddmm stack std std.correction std.dim std_mean std_mean.correction std_mean.dim stft
stft.center storage_offset stride stride.int sub.Scalar sub.Tensor subtract.Scalar subtract.Tensor sum
sum.dim_IntList sum_to_size svd swapaxes swapdims sym_is_contiguous sym_numel sym_size sym_size.int
sym_storage_offset sym_stride sym_stride.int t t_ t_copy take take_along_dim tan tanh tensor_split.indices
tensor_split.sections tensor_split.tensor_indices_or_sections tensordot threshold tile to.device to.dtype
to.dtype_layout to.other to.prim_Device to.prim_dtype to.prim_other to_dense to_mkldnn to_padded_tensor to_sparse
to_sparse.sparse_dim to_sparse_bsc to_sparse_bsr to_sparse_csc to_sparse_csr topk trace transpose.int transpose_
transpose_copy.int trapezoid.dx trapezoid.x trapz.dx trapz.x triangular_solve tril triplet_margin_loss triu
true_divide.Scalar true_divide.Tensor trunc type_as unbind.int unbind_copy.int unflatten.int unflatten_dense_tensors
unfold unfold_copy uniform unique_consecutive unique_dim unique_dim_consecutive unsafe_chunk unsafe_split.Tensor
unsafe_split_with_sizes unsqueeze unsqueeze_ unsqueeze_copy update.Tensor upsample_bicubic2d upsample_bicubic2d.vec
upsample_bilinear2d upsample_bilinear2d.vec upsample_linear1d upsample_linear1d.vec upsample_nearest1d
upsample_nearest1d.vec upsample_nearest2d upsample_nearest2d.vec upsample_nearest3d upsample_nearest3d.vec
upsample_trilinear3d upsample_trilinear3d.vec values values.Tensor values_copy vander var var.correction var.dim
var_mean var_mean.correction var_mean.dim vdot view view.dtype view_as view_as_complex view_as_complex_copy
view_as_real view_as_real_copy view_copy view_copy.dtype vsplit.array vsplit.int vstack where where.Scalar
where.ScalarOther where.ScalarSelf where.self xlogy.Scalar_Other xlogy.Scalar_Self xlogy.Tensor zero zeros_like
`;

/** The name, and the overload of it. */
export const OPERATORS: readonly (readonly [operator: string, overload: string])[] = NAMES.trim()
  .split(/\s+/)
  .map((name) => {
    const [operator = '', overload = ''] = name.split('.');
    return [operator, overload];
  });
